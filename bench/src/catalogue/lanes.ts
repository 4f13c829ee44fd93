import { randomInt } from 'node:crypto';
import type { Catalogue, ImageFilter, Moment } from '@darkroom/catalogue';
import { LARGE_OWNER, OLD_TAG, tagAt, wordAt } from './vocabulary.js';

const PAGE = 50;
/** Pictures that the reconciler compares at a time. */
const COMPARED = 500;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** One kind of read. */
export interface Lane {
  name: string;
  read: () => Promise<unknown>;
  /** Reads of the whole catalogue of an owner, which take seconds: a few are enough. */
  isSlow?: boolean;
}

/** Pictures drawn at random: every read takes the next one. */
export interface Subject {
  id: string;
  owner: string;
}

/** @param subjects - pictures of any owner; @param large - pictures of {@link LARGE_OWNER} */
export function lanesOf(
  catalogue: Catalogue,
  subjects: readonly Subject[],
  large: readonly Subject[],
): Lane[] {
  const { images } = catalogue;
  const any = cycle(subjects);
  const ofLarge = cycle(large);
  const page = async (owner: string, filter: ImageFilter, after: string | null = null) => {
    // The rows too: an api that has none of them in its cache.
    const { images: states } = await images.page(owner, filter, after, PAGE);
    return images.find(
      owner,
      states.map(({ id }) => id),
    );
  };
  const ofLargeOwner = (name: string, filter: () => ImageFilter): Lane => ({
    name,
    read: () => page(LARGE_OWNER, filter()),
  });
  return [
    { name: 'first page, the large owner', read: () => page(LARGE_OWNER, {}) },
    {
      name: 'first page, rows in the cache of the api',
      read: () => images.page(LARGE_OWNER, {}, null, PAGE),
    },
    { name: 'first page, any owner', read: () => page(any().owner, {}) },
    { name: 'page deep in, the large owner', read: () => page(LARGE_OWNER, {}, ofLarge().id) },
    {
      name: 'page deep in, any owner',
      read: () => ((subject) => page(subject.owner, {}, subject.id))(any()),
    },
    ofLargeOwner('status failed, the large owner', () => ({ status: 'failed' })),
    { name: 'status ready, any owner', read: () => page(any().owner, { status: 'ready' }) },
    ofLargeOwner('frequent tag', () => ({ tags: [tagAt(1 + randomInt(3))] })),
    ofLargeOwner('middling tag', () => ({ tags: [tagAt(50 + randomInt(100))] })),
    ofLargeOwner('rare tag', () => ({ tags: [tagAt(2_000 + randomInt(1_000))] })),
    ofLargeOwner('tag of years ago', () => ({ tags: [OLD_TAG] })),
    { name: 'frequent tag, any owner', read: () => page(any().owner, { tags: [tagAt(1 + randomInt(3))] }) },
    ofLargeOwner('frequent word', () => ({ q: wordAt(1 + randomInt(3)) })),
    ofLargeOwner('middling word', () => ({ q: wordAt(50 + randomInt(200)) })),
    ofLargeOwner('rare word', () => ({ q: wordAt(30_000 + randomInt(20_000)) })),
    ofLargeOwner('two words', () => ({ q: `${wordAt(1 + randomInt(5))} ${wordAt(5 + randomInt(50))}` })),
    ofLargeOwner('prefix of 3 letters', () => ({ q: wordAt(1 + randomInt(50_000)).slice(0, 3) })),
    ofLargeOwner('word that no picture has', () => ({ q: `zzz${randomInt(1_000)}` })),
    { name: 'frequent word, any owner', read: () => page(any().owner, { q: wordAt(1 + randomInt(3)) }) },
    {
      name: 'prefix of 1 letter, any owner',
      read: () => page(any().owner, { q: wordAt(randomInt(9) + 1).slice(0, 1) }),
    },
    { name: 'one picture', read: () => ((subject) => images.get(subject.owner, subject.id))(any()) },
    {
      name: 'comparison with storage, a page',
      read: () => catalogue.reconciling.storedImages(any().id, LAST_ID, COMPARED),
    },
    { name: 'change feed', read: followFeed(catalogue) },
    ...countsOf(catalogue),
  ];
}

/** Reads of all pictures of an owner, or of all. */
function countsOf(catalogue: Catalogue): Lane[] {
  return [
    { name: 'tags in use, the large owner', read: () => catalogue.images.tags(LARGE_OWNER, 100) },
    {
      name: 'counts by status, the large owner',
      read: () => catalogue.operations.statuses(LARGE_OWNER),
    },
    {
      name: 'bytes stored, the large owner',
      read: () => catalogue.operations.storage(LARGE_OWNER),
    },
    { name: 'counts for metrics', read: () => catalogue.statistics() },
  ].map((lane) => ({ ...lane, isSlow: true }));
}

/** Reads the changes since the previous read, as every api does after a commit. */
function followFeed(catalogue: Catalogue): () => Promise<unknown> {
  let at: Moment | undefined;
  return async () => {
    if (at === undefined) at = await catalogue.changes.moment();
    else at = (await catalogue.changes.since(at.next, { told: at.told })) ?? undefined;
  };
}

function cycle(subjects: readonly Subject[]): () => Subject {
  let next = 0;
  return () => {
    const subject = subjects[next % subjects.length];
    if (subject === undefined) throw new Error('the catalogue has no picture of this kind');
    next += 1;
    return subject;
  };
}
