import { setTimeout as pause } from 'node:timers/promises';
import type { DrillPlatform, PlatformOptions } from './drill-platform.js';
import type { Ledger } from './ledger.js';
import type { Random } from './random.js';
import type { Watch } from './watch.js';

/** How hard a drill is: the long form is for by hand, the short one for CI. */
export interface Scale {
  /** Kills and other blows that are over at once. */
  blows: number;
  /** Seconds that something is away. */
  outage: number;
}

export const LONG: Scale = { blows: 10, outage: 60 };
export const SHORT: Scale = { blows: 1, outage: 2 };

export interface Drill {
  name: string;
  /** What goes wrong in it, in one line. */
  summary: string;
  platform?: PlatformOptions;
  /** Why it cannot be had here; undefined when it can. */
  missing?: () => Promise<string | undefined>;
  /** Seconds over which uploads are spread at least, so that the fault meets them. */
  lasts: (scale: Scale) => number;
  /** What has to have happened, and how often at least: a drill whose fault did not happen proves nothing. */
  expects: (scale: Scale) => Record<string, number>;
  /** Makes the fault while pictures flow, and puts right what does not come back by itself. */
  faults: (scene: Scene) => Promise<void>;
}

/** What a drill works with. */
export class Scene {
  readonly platform: DrillPlatform;
  readonly ledger: Ledger;
  readonly watch: Watch;
  readonly random: Random;
  readonly scale: Scale;
  /** Pictures that are sent in all. */
  readonly count: number;
  /** How often each thing has happened. */
  readonly happened: Record<string, number> = {};
  readonly say: (text: string) => void;

  constructor(parts: Pick<Scene, 'platform' | 'ledger' | 'watch' | 'random' | 'scale' | 'count' | 'say'>) {
    this.platform = parts.platform;
    this.ledger = parts.ledger;
    this.watch = parts.watch;
    this.random = parts.random;
    this.scale = parts.scale;
    this.count = parts.count;
    this.say = parts.say;
  }

  /** Counts something that has happened. */
  note(what: string, times = 1): void {
    this.happened[what] = (this.happened[what] ?? 0) + times;
  }

  /** Resolves when so many of the uploads are answered: 0 to 1. */
  async answered(share: number): Promise<void> {
    const enough = Math.floor(share * this.count);
    while (this.ledger.count < enough) await pause(20);
  }

  /** Does something at so many random moments of the run, each time when pictures are being processed. */
  async atMoments(times: number, blow: (index: number) => Promise<void>): Promise<void> {
    for (const [index, moment] of this.random.moments(times, 0.05, 0.9).entries()) {
      await this.answered(moment);
      await this.watch.until(({ processing }) => processing > 0, 10_000);
      await blow(index);
    }
  }

  /** Seconds of an outage. */
  async wait(seconds: number): Promise<void> {
    await pause(seconds * 1000);
  }
}
