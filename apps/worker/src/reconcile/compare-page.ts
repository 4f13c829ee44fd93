import type { StoredImage } from '@darkroom/catalogue';
import { originalKey, variantKey, type VariantFormat } from '@darkroom/contracts';
import { PICTURE_FAULTS } from '@darkroom/errors';
import type { PictureObject } from './objects-in-order.js';
import { PAGE, type ReconcileContext } from './reconcile-step.js';

/** Seconds that an object is kept when its picture does not name it: a worker may be about to record it. */
const RECORDING_GRACE = 3_600;
/** If a page misses this many originals, and at least half of them, the bucket or folder is probably the wrong one. */
const MANY = 20;

/** Counts of a page's objects: those whose picture the catalogue knows, and the others. */
interface Seen {
  known: number;
  unknown: number;
}

/**
 * Compares a page of pictures with their objects, in both directions, and repairs the differences. Catalogue and
 * storage change while the listing is read, so both are read again before every change.
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
      await handleUnnamed(context, unnamed, seen);
      unnamed = [];
    }
  }
  await handleUnnamed(context, unnamed, seen);
  const incomplete = images.filter(
    (image) => image.isReady && [...keysOf(image)].some((key) => !present.has(key)),
  );
  if (!isPlausible(context, images, incomplete, present)) return;
  await handleIncomplete(context, incomplete);
}

/** Every key that the catalogue names for a picture. */
function keysOf({ id, contentType, variants }: StoredImage): Set<string> {
  const keys = variants.map(({ name, format, recipeVersion }) => variantKey(id, name, recipeVersion, format));
  return new Set([originalKey(id, contentType), ...keys]);
}

/** Deletes objects that no picture names, after their grace period. @param seen - counts of the page so far */
async function handleUnnamed(
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
    const grace = image === undefined ? graceSeconds : Math.max(graceSeconds, RECORDING_GRACE);
    const isKept = !isRight || Date.now() - modifiedAt.getTime() < grace * 1000;
    if (isKept) await tally.act('orphan_kept', [key], () => Promise.resolve());
    // Many deletions may have passed since the read above, and the picture may have been retried: read it again.
    else if (image === undefined || !owns((await reconciling.storedImagesOf([id]))[0], key))
      await tally.act('orphan_deleted', [key], () => platform.storage.delete(key));
  }
}

/** Whether the picture names the object, or may do so soon. */
function owns(image: StoredImage | undefined, key: string): boolean {
  return image !== undefined && (image.atWork || keysOf(image).has(key));
}

/** An empty or wrong database, or one that is not restored yet, must not delete every picture. */
function isRightCatalogue({ platform, storage }: ReconcileContext, { known, unknown }: Seen): boolean {
  if (storage === 'all' || unknown <= known) return true;
  platform.logger.warn(
    { known, unknown },
    'the catalogue does not know the pictures of most objects, so all objects are kept; check the database, then run `npm run reconcile`',
  );
  return false;
}

/** A wrong bucket, or a disk that is not mounted, must not fail every picture. */
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
    'most originals are missing in storage, so nothing is changed; check the bucket or folder, then run `npm run reconcile`',
  );
  return false;
}

async function handleIncomplete(context: ReconcileContext, images: readonly StoredImage[]): Promise<void> {
  const { reconciling } = context.platform.catalogue;
  const now = await reconciling.storedImagesOf(images.map(({ id }) => id));
  for (const image of now.filter(({ isReady }) => isReady)) await repair(context, image);
}

/** Enqueues variants whose objects are missing. When the original is missing, the picture fails instead. */
async function repair(context: ReconcileContext, image: StoredImage): Promise<void> {
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
  const formats = await findMissingFormats(context, image);
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

async function findMissingFormats(
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
