import { ImageId } from '@darkroom/contracts';
import type { Platform } from '@darkroom/platform';

/** Milliseconds that bytes without a row are left alone: their upload may still be running. */
export const GRACE_MS = 24 * 3600 * 1000;
const PAGE = 500;
const PREFIXES = ['uploads/', 'variants/'];

/**
 * Deletes objects that no row names: what an upload left behind whose process was killed, or whose commit came to
 * nothing. Keys that are not of our making are left alone.
 *
 * @param now - milliseconds since 1970
 * @returns number of objects deleted
 */
export async function removeOrphans({ catalogue, storage }: Platform, now = Date.now()): Promise<number> {
  let removed = 0;
  let page: { key: string; id: string }[] = [];
  const flush = async (): Promise<void> => {
    const existing = await catalogue.processing.existing([...new Set(page.map(({ id }) => id))]);
    for (const { key, id } of page) {
      if (existing.has(id)) continue;
      await storage.delete(key);
      removed += 1;
    }
    page = [];
  };
  for (const prefix of PREFIXES) {
    for await (const { key, modifiedAt } of storage.list(prefix)) {
      const id = ImageId.safeParse(key.split('/')[1]);
      if (!id.success || now - modifiedAt.getTime() < GRACE_MS) continue;
      page.push({ key, id: id.data });
      if (page.length === PAGE) await flush();
    }
  }
  await flush();
  return removed;
}
