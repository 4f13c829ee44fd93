import type { Backlog } from '@darkroom/catalogue';
import { PAGE, type ReconcileContext } from './reconcile-step.js';

/** Pages of a backlog that one run scans. Each row costs a call to the broker, which also serves uploads. */
const PAGES = 20;

/**
 * Scans a backlog page by page. One run scans up to 10,000 rows, and the next continues there; `all` scans every row.
 *
 * @param next - reads the page after a place
 * @param placeOf - the place of a row
 * @param idOf - the image of a place, which is remembered between runs
 */
export async function scanBacklog<Row, Place>(
  context: ReconcileContext,
  backlog: Backlog,
  {
    start,
    next,
    placeOf,
    idOf,
    handle,
  }: {
    start: (id: string) => Place;
    next: (after: Place | null) => Promise<Row[]>;
    placeOf: (row: Row) => Place;
    idOf: (place: Place) => string;
    handle: (page: readonly Row[]) => Promise<void>;
  },
): Promise<void> {
  const { reconciling } = context.platform.catalogue;
  const isWhole = context.storage === 'all';
  const kept = isWhole ? null : await reconciling.place(backlog);
  let after: Place | null = kept === null ? null : start(kept);
  for (let pages = 1; ; pages += 1) {
    const page = await next(after);
    await handle(page);
    const last = page.at(-1);
    after = last === undefined || page.length < PAGE ? null : placeOf(last);
    if (after === null || (pages >= PAGES && !isWhole)) break;
    await context.checkpoint();
  }
  const left = after === null ? null : idOf(after);
  if (left !== kept && !isWhole && !context.tally.isDryRun) await reconciling.keepPlace(backlog, left);
}

/**
 * Like {@link scanBacklog}, for a backlog that shrinks as its rows are handled: the next run starts with the remainder,
 * so no place is remembered.
 *
 * @param next - reads the page after an image
 */
export async function drainBacklog(
  context: ReconcileContext,
  next: (after: string | null) => Promise<string[]>,
  handle: (page: readonly string[]) => Promise<void>,
): Promise<void> {
  let after: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const page: string[] = await next(after);
    await handle(page);
    after = page.at(-1) ?? null;
    if (page.length < PAGE || (pages >= PAGES && context.storage !== 'all')) return;
    await context.checkpoint();
  }
}
