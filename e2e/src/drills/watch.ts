import { defaultFormats, defaultRecipe } from '@darkroom/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { DrillPlatform } from './drill-platform.js';
import { Progress } from './progress.js';

/** Milliseconds between two queries. */
const EVERY = 250;
/** Variants of a picture that has all of them. */
export const VARIANTS = defaultRecipe.sizes.length * defaultFormats.length;

/** Counts of the work in the catalogue. */
export interface Counts {
  waiting: number;
  processing: number;
  ended: number;
  variants: number;
  /** Ready pictures that still lack further formats. */
  incomplete: number;
  /** Deletions whose bytes still have to be removed. */
  removals: number;
}

const NOTHING: Counts = { waiting: 0, processing: 0, ended: 0, variants: 0, incomplete: 0, removals: 0 };

const COUNTS = `
  with made as (select image_id, count(*) as variants from variants group by image_id)
  select count(*) filter (where i.status = 'queued')::int as waiting,
    count(*) filter (where i.status = 'processing')::int as processing,
    count(*) filter (where i.status in ('ready', 'failed', 'quarantined'))::int as ended,
    coalesce(sum(m.variants), 0)::int as variants,
    count(*) filter (where i.status = 'ready' and coalesce(m.variants, 0) < ${VARIANTS})::int as incomplete,
    (select count(*) from deletions where bytes_removed_at is null)::int as removals
  from images i left join made m on m.image_id = i.id`;

/** Polls the catalogue and measures how long nothing happened. */
export class Watch {
  readonly #platform: DrillPlatform;
  readonly #progress = new Progress();
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  #counts = NOTHING;
  #looks = 0;

  constructor(platform: DrillPlatform) {
    this.#platform = platform;
    this.#loop = this.#follow();
  }

  /** As of the last successful query. */
  get counts(): Counts {
    return this.#counts;
  }

  /** Milliseconds. */
  get longestPause(): number {
    return this.#progress.longest;
  }

  /** Milliseconds since the last progress; 0 when no work is left. */
  get pausedFor(): number {
    return this.#progress.pausedFor(performance.now());
  }

  /** Resolves as soon as the counts meet the condition. @returns false after `limit` milliseconds */
  async until(condition: (counts: Counts) => boolean, limit = Infinity): Promise<boolean> {
    const end = performance.now() + limit;
    const first = this.#looks;
    while (this.#looks === first || !condition(this.#counts)) {
      if (performance.now() > end) return false;
      await pause(EVERY / 2);
    }
    return true;
  }

  /**
   * Waits until no work is left.
   *
   * @param patience - milliseconds without progress after which it gives up
   * @returns false when it gave up
   */
  async quiet(patience: number): Promise<boolean> {
    for (;;) {
      if (await this.until(isQuiet, 1_000)) return true;
      if (this.pausedFor > patience) return false;
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#loop;
  }

  async #follow(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#look();
      await pause(EVERY);
    }
  }

  async #look(): Promise<void> {
    try {
      const [counts = NOTHING] = await this.#platform.query<Counts>(COUNTS);
      const { ended, variants, removals } = counts;
      this.#counts = counts;
      this.#looks += 1;
      this.#progress.saw(`${ended} ${variants} ${removals}`, !isQuiet(counts), performance.now());
    } catch {
      // The database is down, or has no tables yet.
      this.#progress.sawNothing(performance.now());
    }
  }
}

function isQuiet({ waiting, processing, incomplete, removals }: Counts): boolean {
  return waiting + processing + incomplete + removals === 0;
}
