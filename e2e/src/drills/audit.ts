import {
  defaultFormats,
  defaultRecipe,
  type Image,
  originalKey,
  type OriginalContentType,
  variantKey,
} from '@darkroom/contracts';
import type { Answered } from './ledger.js';

/** An object in storage. */
export interface Stored {
  key: string;
  bytes: number;
  /** Originals only. */
  sha256?: string;
}

/** The state of the platform when all work has finished. */
export interface Remains {
  images: readonly Image[];
  stored: readonly Stored[];
  /** Files left in the temporary folder after every process has ended. */
  temporary: readonly Stored[];
  /** Jobs left in the queue: waiting, active or delayed. */
  jobs: number;
  /** Deletions whose bytes have not been removed. */
  deletions: number;
}

export interface Audit {
  /** Acknowledged uploads by their final status. */
  ended: Record<string, number>;
  deleted: number;
  /** The longest time from an upload until its picture was ready. */
  longestWaitSeconds: number;
  /** Acknowledged uploads whose row, original or variants are missing. */
  lost: number;
  /** Uploads that became more than one picture. */
  doubled: number;
  orphaned: { objects: number; bytes: number };
  /** One line for each broken promise. */
  findings: string[];
}

const AT_REST = new Set(['ready', 'failed', 'quarantined']);

/** Compares the acknowledged uploads with the stored state. */
export function audit(answered: readonly Answered[], remains: Remains): Audit {
  const findings: string[] = [];
  const images = new Map(remains.images.map((image) => [image.id, image]));
  const stored = new Map(remains.stored.map((object) => [object.key, object]));
  const ended: Record<string, number> = {};
  let lost = 0;
  const gone = answered.filter(({ deletion }) => deletion === 'done');
  for (const upload of answered) {
    const image = images.get(upload.id);
    if (upload.deletion === 'done') {
      if (image !== undefined)
        findings.push(`${upload.filename} was deleted but still exists (${image.status})`);
      continue;
    }
    const faults = image === undefined ? ['has no row'] : findMissing(image, upload, stored);
    if (image !== undefined) ended[image.status] = (ended[image.status] ?? 0) + 1;
    if (faults.length > 0) {
      lost += 1;
      findings.push(`${upload.filename} (${upload.id}) ${faults.join(', ')}`);
    } else if (image !== undefined) findings.push(...findWrongEnd(image, upload));
  }
  const doubled = findDuplicates(remains.images);
  findings.push(...doubled.map((name) => `${name} is more than one picture`));
  findings.push(...findUnacknowledged(remains.images, answered));
  const named = new Set(remains.images.flatMap(keysOf));
  const orphans = [...remains.stored.filter(({ key }) => !named.has(key)), ...remains.temporary];
  findings.push(...orphans.map(({ key, bytes }) => `${key} (${bytes} bytes) belongs to no picture`));
  if (remains.jobs > 0) findings.push(`${remains.jobs} jobs are left in the queue`);
  if (remains.deletions > 0) findings.push(`${remains.deletions} deletions have not removed their bytes`);
  return {
    ended,
    deleted: gone.length,
    longestWaitSeconds: Math.max(0, ...remains.images.map(waitSeconds)),
    lost,
    doubled: doubled.length,
    orphaned: { objects: orphans.length, bytes: orphans.reduce((sum, { bytes }) => sum + bytes, 0) },
    findings,
  };
}

/** Every key that an image should have in storage. */
function keysOf({ id, contentType, variants }: Image): string[] {
  return [
    originalKey(id, contentType as OriginalContentType),
    ...variants.map(({ name, format }) => variantKey(id, name, defaultRecipe.version, format)),
  ];
}

/** Seconds; 0 for a picture that is not ready. */
function waitSeconds({ createdAt, readyAt }: Image): number {
  return readyAt === null ? 0 : Math.round((Date.parse(readyAt) - Date.parse(createdAt)) / 100) / 10;
}

/** What an acknowledged picture lacks. */
function findMissing(image: Image, { sha256 }: Answered, stored: ReadonlyMap<string, Stored>): string[] {
  const faults = keysOf(image)
    .filter((key) => !stored.has(key))
    .map((key) => `lacks ${key}`);
  const original = stored.get(originalKey(image.id, image.contentType as OriginalContentType));
  if (original !== undefined && original.sha256 !== sha256) faults.push('has a different original');
  for (const { name, format, bytes } of image.variants) {
    const object = stored.get(variantKey(image.id, name, defaultRecipe.version, format));
    if (object !== undefined && object.bytes !== bytes)
      faults.push(`has a ${name} ${format} of ${object.bytes} bytes, not ${bytes}`);
  }
  const all = defaultRecipe.sizes.length * defaultFormats.length;
  if (image.status === 'ready' && image.variants.length < all)
    faults.push(`has ${image.variants.length} of ${all} variants`);
  if (!AT_REST.has(image.status)) faults.push(`is still ${image.status}`);
  return faults;
}

/** A wrong final state: a sound picture reported as broken, or a broken one reported as ready. */
function findWrongEnd(image: Image, { expected }: Answered): string[] {
  const { filename, status, error } = image;
  if (status === expected && (status === 'ready' || error?.code === 'corrupt_image')) return [];
  return [`${filename} ended ${status} (${error?.code ?? 'no error'}), not ${expected}`];
}

function findDuplicates(images: readonly Image[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { filename } of images) {
    if (seen.has(filename)) twice.add(filename);
    seen.add(filename);
  }
  return [...twice];
}

/** Pictures that no upload returned. A client that retries with its key would have received them. */
function findUnacknowledged(images: readonly Image[], answered: readonly Answered[]): string[] {
  const ids = new Set(answered.map(({ id }) => id));
  return images
    .filter(({ id }) => !ids.has(id))
    .map(({ id, filename }) => `${filename} (${id}) was never acknowledged`);
}
