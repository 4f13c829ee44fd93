import type { Backlog } from '@darkroom/catalogue';
import { PAGE, type ReconcileContext } from './reconcile-step.js';

/** Pages of a backlog in one run. Each row of it is asked of the broker, which has uploads to serve. */
const PAGES = 20;

/**
 * Goes through a backlog page by page: all of it as a rule; of a very long one some 10,000 rows, and on from there in the
 * next run.
 *
 * @param next - reads the page behind a place
 * @param placeOf - the place of a row
 * @param idOf - the image of a place: that is what is remembered
 */
export async function goThrough<Row, Place>(
  context: ReconcileContext,
  backlog: Backlog,
  {
    start,
    next,
    placeOf,
    idOf,
    judge,
  }: {
    start: (id: string) => Place;
    next: (after: Place | null) => Promise<Row[]>;
    placeOf: (row: Row) => Place;
    idOf: (place: Place) => string;
    judge: (page: readonly Row[]) => Promise<void>;
  },
): Promise<void> {
  const { reconciling } = context.platform.catalogue;
  const isWhole = context.storage === 'all';
  const kept = isWhole ? null : await reconciling.place(backlog);
  let after: Place | null = kept === null ? null : start(kept);
  for (let pages = 1; ; pages += 1) {
    const page = await next(after);
    await judge(page);
    const last = page.at(-1);
    after = last === undefined || page.length < PAGE ? null : placeOf(last);
    if (after === null || (pages >= PAGES && !isWhole)) break;
    await context.goOn();
  }
  const left = after === null ? null : idOf(after);
  if (left !== kept && !isWhole && !context.tally.isRehearsal) await reconciling.keepPlace(backlog, left);
}

/**
 * As {@link goThrough}, of a backlog that what is done makes shorter: the next run begins with what is left, and nothing is
 * to be remembered.
 *
 * @param next - reads the page behind an image
 */
export async function workOff(
  context: ReconcileContext,
  next: (after: string | null) => Promise<string[]>,
  judge: (page: readonly string[]) => Promise<void>,
): Promise<void> {
  let after: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const page: string[] = await next(after);
    await judge(page);
    after = page.at(-1) ?? null;
    if (page.length < PAGE || (pages >= PAGES && context.storage !== 'all')) return;
    await context.goOn();
  }
}
