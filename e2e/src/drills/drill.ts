import { setTimeout as pause } from 'node:timers/promises';
import type { DrillPlatform, PlatformOptions } from './drill-platform.js';
import type { Ledger } from './ledger.js';
import type { Random } from './random.js';
import type { Watch } from './watch.js';

/** How hard a drill is. The long form is run by hand, the short form in CI. */
export interface Scale {
  /** Momentary faults, such as kills and cut connections (`--blows`). */
  blows: number;
  /** Length of an outage, in seconds. */
  outage: number;
}

export const LONG: Scale = { blows: 10, outage: 60 };
export const SHORT: Scale = { blows: 1, outage: 2 };

export interface Drill {
  name: string;
  /** The injected fault, in one line. */
  summary: string;
  platform?: PlatformOptions;
  /** Why this machine cannot run the drill; undefined when it can. */
  missing?: () => Promise<string | undefined>;
  /** Minimum seconds over which uploads are spread, so that the fault meets them. */
  lasts: (scale: Scale) => number;
  /** Minimum count of each injected fault. A drill whose fault did not happen proves nothing. */
  expects: (scale: Scale) => Record<string, number>;
  /**
   * Injects the fault during uploads, waits until it was seen, and repairs what does not recover automatically. Uploads
   * continue until then, so it must not wait for their end.
   */
  faults: (scene: Scene) => Promise<void>;
}

type SceneParts = Pick<
  Scene,
  'platform' | 'ledger' | 'watch' | 'random' | 'scale' | 'count' | 'signal' | 'say'
>;

/** An effect by which a drill sees that its fault has happened. */
export interface Effect {
  /** As `expects` names it. */
  what: string;
  least: number;
  /** How often it was seen so far. */
  count: () => number;
  /** Injects the fault again, when the effect did not come: a kill can meet an idle process. */
  again?: () => Promise<void>;
  /** Milliseconds to wait for the effect before the fault is injected again. */
  patience?: number;
}

/** The parts that a drill works with. */
export class Scene {
  readonly platform: DrillPlatform;
  readonly ledger: Ledger;
  readonly watch: Watch;
  readonly random: Random;
  readonly scale: Scale;
  /** Number of planned uploads; more follow until every expected fault was seen. */
  readonly count: number;
  /** Aborted when the drill takes too long. */
  readonly signal: AbortSignal;
  /** How often each fault has happened. */
  readonly happened: Record<string, number> = {};
  readonly say: (text: string) => void;

  constructor(parts: SceneParts) {
    this.platform = parts.platform;
    this.ledger = parts.ledger;
    this.watch = parts.watch;
    this.random = parts.random;
    this.scale = parts.scale;
    this.count = parts.count;
    this.signal = parts.signal;
    this.say = parts.say;
  }

  /** Counts a fault. */
  note(what: string, times = 1): void {
    this.happened[what] = (this.happened[what] ?? 0) + times;
  }

  /** Repeats a fault until it was noted this often, each time while a picture is being processed. */
  async repeat(what: string, least: number, inject: () => Promise<void>): Promise<void> {
    while ((this.happened[what] ?? 0) < least && !this.signal.aborted) {
      await this.watch.until(({ processing }) => processing > 0, 10_000);
      await inject();
    }
  }

  /** Waits until an effect was seen, and notes it. Uploads continue meanwhile. */
  async see({ what, least, count, again, patience = 5_000 }: Effect): Promise<void> {
    let since = performance.now();
    while (count() < least && !this.signal.aborted) {
      if (again !== undefined && performance.now() - since > patience) {
        await again();
        since = performance.now();
      }
      await pause(20);
    }
    this.note(what, count());
  }

  /** Resolves when this share of the uploads, 0 to 1, is acknowledged. */
  async answered(share: number): Promise<void> {
    const enough = Math.floor(share * this.count);
    while (this.ledger.count < enough && !this.signal.aborted) await pause(20);
  }

  /** Injects a fault at random moments of the run, each time while a picture is being processed. */
  async atMoments(times: number, inject: (index: number) => Promise<void>): Promise<void> {
    for (const [index, moment] of this.random.moments(times, 0.05, 0.9).entries()) {
      await this.answered(moment);
      await this.watch.until(({ processing }) => processing > 0, 10_000);
      await inject(index);
    }
  }

  /** @param seconds - how long to wait */
  async wait(seconds: number): Promise<void> {
    await pause(seconds * 1000);
  }
}
