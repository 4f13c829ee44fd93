import type { CatalogueVariant } from '@darkroom/catalogue';
import { variantKey } from '@darkroom/contracts';
import type { TestApi } from './start-api.js';

const THUMBNAIL: CatalogueVariant = {
  name: 'thumbnail',
  format: 'jpeg',
  recipeVersion: 1,
  width: 4,
  height: 3,
  bytes: 5,
};

/** The facts of the images of `makeReady`. */
export const FACTS = {
  takenAt: '2026-07-01T18:30:00+02:00',
  camera: 'Apple iPhone 17',
  colourProfile: 'Display P3',
  frames: 1,
  dominantColour: '#10a0ff',
};

/** Makes an image ready like a worker, with one variant of five bytes. */
export async function makeReady(api: TestApi, id: string, run = 1): Promise<void> {
  await api.platform.catalogue.processing.start(id, run);
  const key = variantKey(id, THUMBNAIL.name, THUMBNAIL.recipeVersion, THUMBNAIL.format);
  const bytes = (async function* () {
    yield Buffer.from('12345');
  })();
  await api.platform.storage.put(key, bytes, { contentType: 'image/jpeg' });
  const facts = { width: 40, height: 30, thumbhash: 'AAAA', ...FACTS };
  await api.platform.catalogue.processing.complete(id, run, facts, [THUMBNAIL]);
}

/** Makes a run of an image fail like a worker. */
export async function makeFail(
  api: TestApi,
  id: string,
  status: 'failed' | 'quarantined' = 'failed',
): Promise<void> {
  const error = { code: 'corrupt_image' as const, message: 'The picture is damaged.' };
  await api.platform.catalogue.processing.fail(id, 1, error, status);
}
