import { type OriginalContentType, variantFormats } from '@darkroom/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueVariant } from './catalogue-image.js';
import { createNewImage } from './testing/create-new-image.js';
import { DECODED_FACTS } from './testing/decoded-facts.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

const variantIn = (format: CatalogueVariant['format']): CatalogueVariant => ({
  name: 'small',
  format,
  recipeVersion: 1,
  width: 1,
  height: 1,
  bytes: 1,
});

/** A format of a later version, which this one does not know. */
const LATER = 'later' as CatalogueVariant['format'];

async function ready(contentType: OriginalContentType = 'image/jpeg'): Promise<string> {
  const image = createNewImage({ contentType });
  await test.catalogue.images.insert([image]);
  await test.catalogue.processing.start(image.id, 1);
  await test.catalogue.processing.complete(
    image.id,
    1,
    DECODED_FACTS,
    variantFormats.toReversed().map(variantIn),
  );
  return image.id;
}

describe('the catalogue', () => {
  it('gives the variants in the order of the formats', async () => {
    const { variants } = await test.catalogue.images.get('ada', await ready());
    expect(variants.map(({ format }) => format)).toEqual(variantFormats);
  });

  it('stores variants of a later version, and shows none of them', async () => {
    const id = await ready();
    expect(await test.catalogue.processing.addVariants(id, 1, [variantIn(LATER)])).toBe(true);
    const { rows } = await test.sql.query('select format from variants where image_id = $1', [id]);
    expect(rows.map(({ format }) => format)).toContain(LATER);
    const { variants } = await test.catalogue.images.get('ada', id);
    expect(variants.map(({ format }) => format)).toEqual(variantFormats);
  });

  it('leaves formats that a later version still has to make to that version', async () => {
    const id = await ready();
    await test.catalogue.reconciling.awaitFormats(id, 1, [LATER, 'webp']);
    const pending = await test.catalogue.reconciling.pendingFormats(0, 100);
    expect(pending.filter(({ imageId }) => imageId === id)).toEqual([
      { imageId: id, run: 1, format: 'webp' },
    ]);
  });

  it('says of an image with objects of a later version that they are not to be compared', async () => {
    const own = await ready();
    const variantOfLater = await ready();
    await test.catalogue.processing.addVariants(variantOfLater, 1, [variantIn(LATER)]);
    const originalOfLater = await ready('image/later' as OriginalContentType);
    const stored = await test.catalogue.reconciling.storedImagesOf([own, variantOfLater, originalOfLater]);
    const facts = new Map(stored.map(({ id, isReady, atWork }) => [id, { isReady, atWork }]));
    expect(facts.get(own)).toEqual({ isReady: true, atWork: false });
    expect(facts.get(variantOfLater)).toEqual({ isReady: false, atWork: true });
    expect(facts.get(originalOfLater)).toEqual({ isReady: false, atWork: true });
    expect(stored.flatMap(({ variants }) => variants.map(({ format }) => format))).not.toContain(LATER);
  });
});
