import type { StoredImage } from '@darkroom/catalogue';
import { originalKey, variantKey, type VariantFormat } from '@darkroom/contracts';
import { PICTURE_FAULTS } from '@darkroom/errors';
import type { PictureObject } from './objects-in-order.js';
import { PAGE, type ReconcileContext } from './reconcile-step.js';

/** Seconds that an object is left alone whose picture does not name it (yet): a worker may be about to. */
const SOON_NAMED = 3_600;
/** Of so many ready pictures, more than half cannot have lost their originals one by one. */
const MANY = 20;

/** Objects that were looked at in a page: how many are of pictures of the catalogue, and how many of others. */
interface Seen {
  known: number;
  unknown: number;
}

/**
 * Holds a page of pictures against their objects, both ways, and puts right what differs. What a listing says is asked
 * again of catalogue and storage before anything is done: both go on changing meanwhile.
 */
export async function comparePage(
  context: ReconcileContext,
  images: readonly StoredImage[],
  listings: readonly AsyncIterable<PictureObject>[],
): Promise<void> {
  const named = new Map(images.map((image) => [image.id, keysOf(image)]));
  const present = new Set<string>();
  const seen: Seen = { known: 0, unknown: 0 };
  let unnamed: PictureObject[] = [];
  for (const listing of listings) {
    for await (const object of listing) {
      if (named.has(object.id)) seen.known += 1;
      if (named.get(object.id)?.has(object.key) === true) present.add(object.key);
      else unnamed.push(object);
      if (unnamed.length < PAGE) continue;
      await judgeUnnamed(context, unnamed, seen);
      unnamed = [];
    }
  }
  await judgeUnnamed(context, unnamed, seen);
  const incomplete = images.filter(
    (image) => image.isReady && [...keysOf(image)].some((key) => !present.has(key)),
  );
  if (!isPlausible(context, images, incomplete, present)) return;
  await judgeIncomplete(context, incomplete);
}

/** Every key that the catalogue names of a picture. */
function keysOf({ id, contentType, variants }: StoredImage): Set<string> {
  const keys = variants.map(({ name, format, recipeVersion }) => variantKey(id, name, recipeVersion, format));
  return new Set([originalKey(id, contentType), ...keys]);
}

/** Deletes objects that no picture names, once their time of grace is over. @param seen - in the page so far */
async function judgeUnnamed(
  context: ReconcileContext,
  objects: readonly PictureObject[],
  seen: Seen,
): Promise<void> {
  const { platform, tally, graceSeconds } = context;
  const { reconciling } = platform.catalogue;
  const ids = [...new Set(objects.map(({ id }) => id))];
  const images = new Map((await reconciling.storedImagesOf(ids)).map((image) => [image.id, image]));
  seen.unknown += objects.filter(({ id }) => !images.has(id)).length;
  const isRight = isRightCatalogue(context, seen);
  for (const { id, key, modifiedAt } of objects) {
    const image = images.get(id);
    if (owns(image, key)) continue;
    const grace = image === undefined ? graceSeconds : Math.max(graceSeconds, SOON_NAMED);
    const isKept = !isRight || Date.now() - modifiedAt.getTime() < grace * 1000;
    if (isKept) await tally.act('orphan_kept', [key], () => Promise.resolve());
    // Many deletions lie between the question above and this one, and a picture may have been tried again meanwhile.
    else if (image === undefined || !owns((await reconciling.storedImagesOf([id]))[0], key))
      await tally.act('orphan_deleted', [key], () => platform.storage.delete(key));
  }
}

/** Whether an object is named by its picture, or may be in a moment. */
function owns(image: StoredImage | undefined, key: string): boolean {
  return image !== undefined && (image.atWork || keysOf(image).has(key));
}

/** An empty database, one of another Darkroom, or one that is still to be restored, must not cost every picture. */
function isRightCatalogue({ platform, storage }: ReconcileContext, { known, unknown }: Seen): boolean {
  if (storage === 'all' || unknown <= known) return true;
  platform.logger.warn(
    { known, unknown },
    'most objects are of pictures that the catalogue does not know: is it the right database? they are kept; `npm run reconcile` goes on if it is',
  );
  return false;
}

/** A wrong bucket, or a disk that is not there, must not cost the state of every picture. */
function isPlausible(
  { platform, storage }: ReconcileContext,
  images: readonly StoredImage[],
  incomplete: readonly StoredImage[],
  present: ReadonlySet<string>,
): boolean {
  const ready = images.filter(({ isReady }) => isReady).length;
  const lost = incomplete.filter(({ id, contentType }) => !present.has(originalKey(id, contentType))).length;
  if (storage === 'all' || lost < MANY || lost * 2 < ready) return true;
  platform.logger.error(
    { ready, lost },
    'most originals are not in storage: is it the right bucket or folder? `npm run reconcile` goes on if it is',
  );
  return false;
}

async function judgeIncomplete(context: ReconcileContext, images: readonly StoredImage[]): Promise<void> {
  const { reconciling } = context.platform.catalogue;
  const now = await reconciling.storedImagesOf(images.map(({ id }) => id));
  for (const image of now.filter(({ isReady }) => isReady)) await complete(context, image);
}

/** Has variants made again whose objects are gone; without the original the picture fails, which a person can see. */
async function complete(context: ReconcileContext, image: StoredImage): Promise<void> {
  const { platform, queue, tally } = context;
  const { id, run } = image;
  const { catalogue, storage } = platform;
  if ((await storage.head(originalKey(id, image.contentType))) === null) {
    await tally.act('original_missing', [id], async () => {
      const failed = await catalogue.processing.loseOriginal(
        id,
        run,
        PICTURE_FAULTS.original_missing.message,
      );
      if (failed) platform.metrics.imageFailed('original_missing');
    });
    return;
  }
  const formats = await missingFormats(context, image);
  await tally.act(
    'variants_enqueued',
    formats.map((format) => `${id} ${format}`),
    async () => {
      await catalogue.reconciling.awaitFormats(id, run, formats);
      await queue.enqueueAll(
        formats.map((format) => ({ name: 'encode-format', payload: { imageId: id, run, format } })),
      );
    },
  );
}

async function missingFormats(
  { platform: { storage } }: ReconcileContext,
  { id, variants }: StoredImage,
): Promise<VariantFormat[]> {
  const missing = new Set<VariantFormat>();
  for (const { name, format, recipeVersion } of variants) {
    if (missing.has(format)) continue;
    const object = await storage.head(variantKey(id, name, recipeVersion, format));
    if (object === null) missing.add(format);
  }
  return [...missing];
}
