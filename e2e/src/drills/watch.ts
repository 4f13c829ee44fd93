import { defaultFormats, defaultRecipe } from '@darkroom/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { DrillPlatform } from './drill-platform.js';
import { Progress } from './progress.js';

/** Milliseconds between two looks. */
const EVERY = 250;
const VARIANTS = defaultRecipe.sizes.length * defaultFormats.length;

/** How things stand in the catalogue. */
export interface Standing {
  waiting: number;
  processing: number;
  ended: number;
  variants: number;
  /** Ready ones whose further formats are still to be made. */
  incomplete: number;
  /** Deletions whose bytes are still to be removed. */
  removals: number;
}

const NOTHING: Standing = { waiting: 0, processing: 0, ended: 0, variants: 0, incomplete: 0, removals: 0 };

const STANDING = `
  with made as (select image_id, count(*) as variants from variants group by image_id)
  select count(*) filter (where i.status = 'queued')::int as waiting,
    count(*) filter (where i.status = 'processing')::int as processing,
    count(*) filter (where i.status in ('ready', 'failed', 'quarantined'))::int as ended,
    coalesce(sum(m.variants), 0)::int as variants,
    count(*) filter (where i.status = 'ready' and coalesce(m.variants, 0) < ${VARIANTS})::int as incomplete,
    (select count(*) from deletions where bytes_removed_at is null)::int as removals
  from images i left join made m on m.image_id = i.id`;

/** Looks at the catalogue all the time and measures how long nothing happened. */
export class Watch {
  readonly #platform: DrillPlatform;
  readonly #progress = new Progress();
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  #standing = NOTHING;
  #looks = 0;

  constructor(platform: DrillPlatform) {
    this.#platform = platform;
    this.#loop = this.#follow();
  }

  /** As of the last look that succeeded. */
  get standing(): Standing {
    return this.#standing;
  }

  /** Milliseconds. */
  get longestPause(): number {
    return this.#progress.longest;
  }

  /** Milliseconds since anything happened. */
  get pausedFor(): number {
    return this.#progress.pausedFor(performance.now());
  }

  /** Resolves as soon as a look fulfils the condition. @returns false when `limit` milliseconds went by before */
  async until(condition: (standing: Standing) => boolean, limit = Infinity): Promise<boolean> {
    const end = performance.now() + limit;
    const first = this.#looks;
    while (this.#looks === first || !condition(this.#standing)) {
      if (performance.now() > end) return false;
      await pause(EVERY / 2);
    }
    return true;
  }

  /**
   * Waits until nothing is left to do.
   *
   * @param patience - milliseconds without any progress after which it gives up
   * @returns whether it came to that
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
      const [standing = NOTHING] = await this.#platform.query<Standing>(STANDING);
      const { ended, variants, removals } = standing;
      this.#standing = standing;
      this.#looks += 1;
      this.#progress.saw(`${ended} ${variants} ${removals}`, !isQuiet(standing), performance.now());
    } catch {
      // The database is not there, or has no tables yet.
      this.#progress.sawNothing(performance.now());
    }
  }
}

function isQuiet({ waiting, processing, incomplete, removals }: Standing): boolean {
  return waiting + processing + incomplete + removals === 0;
}
