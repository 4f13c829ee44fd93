import { comparePage } from '../compare-page.js';
import { ObjectsInOrder } from '../objects-in-order.js';
import { PAGE, type ReconcileContext, type ReconcileStep } from '../reconcile-step.js';

const DAY = 24 * 3_600;
/** Seconds between two comparisons of new pictures, and of all pictures. */
const NEW_EVERY = DAY;
const ALL_EVERY = 7 * DAY;
/** Milliseconds that one run compares; the next one continues. */
const BUDGET = 5_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

interface Range {
  after: string | null;
  until: string;
}

/**
 * Compares pictures with objects. Ids are in order of creation, so new pictures are a range of ids. Each picture is
 * compared once when it is a day old, and again with all others every week. A run costs nothing when nothing is due,
 * else a few seconds.
 */
export const compareStorage: ReconcileStep = {
  name: 'comparison with storage',
  async run(context) {
    if (context.storage === 'all') {
      await compare(context, { after: null, until: LAST_ID });
      return;
    }
    const range = await findDueRange(context);
    if (range !== null) await compare(context, range, Date.now() + BUDGET);
  },
};

/** Returns the range that is due and records it as under way; null when nothing is due. */
async function findDueRange({ platform, tally, graceSeconds }: ReconcileContext): Promise<Range | null> {
  const { reconciling } = platform.catalogue;
  const { underWay, comparedUntil, sinceAll, now } = await reconciling.comparison();
  if (underWay !== null) return underWay;
  const after = sinceAll >= ALL_EVERY ? null : comparedUntil;
  const until = firstIdOf(new Date(now.getTime() - graceSeconds * 1000));
  const isDue =
    after === null || after <= firstIdOf(new Date(now.getTime() - (graceSeconds + NEW_EVERY) * 1000));
  if (!isDue) return null;
  if (!tally.isDryRun) await reconciling.beginComparison(after, until);
  return { after, until };
}

/** @param end - when to stop, in milliseconds since 1970. Default: at the end of the range */
async function compare(
  context: ReconcileContext,
  range: Range,
  end = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { platform, tally } = context;
  const { reconciling } = platform.catalogue;
  const listings = ['uploads/', 'variants/'].map(
    (prefix) => new ObjectsInOrder(platform.storage, prefix, range.after),
  );
  try {
    let { after } = range;
    do {
      const images = await reconciling.storedImages(after, range.until, PAGE);
      after = images.length < PAGE ? range.until : (images.at(-1)?.id ?? range.until);
      const last = after;
      await comparePage(
        context,
        images,
        listings.map((listing) => listing.upTo(last)),
      );
      if (context.storage === 'due' && !tally.isDryRun) await reconciling.comparedUpTo(after);
      await context.checkpoint();
    } while (after !== range.until && Date.now() < end);
  } finally {
    await Promise.all(listings.map((listing) => listing.close()));
  }
}

/** The first UUIDv7 (RFC 9562) of a millisecond. */
function firstIdOf(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
