import type { Moto, Place } from './moto.js';
import type { Pace } from './pace.js';
import type { HostControls } from './host-controls.js';
import type { Answer, Call } from './wire/call.js';

/** What rules and stand-ins know beside the call: settings, moto, and what they keep. */
export class World {
  private readonly kept = new Map<string, unknown>();

  constructor(
    readonly moto: Moto,
    readonly pace: Pace,
    readonly hosts: HostControls,
    /** Whether an action is refused just now by a fault (`access denied`), for permission simulations. */
    readonly isDenied: (action: string) => boolean,
  ) {}

  /** What is kept under a name for one account and region; made on first use. */
  keep<T>(place: Place, name: string, make: () => T): T {
    const key = `${place.account} ${place.region} ${name}`;
    if (!this.kept.has(key)) this.kept.set(key, make());
    return this.kept.get(key) as T;
  }

  /** Counts down from `steps`, set when a thing begins. */
  countdown(place: Place, name: string): Countdown {
    return this.keep(place, `countdown ${name}`, () => new Countdown());
  }
}

/** How many more looks each thing has before it moves on. */
export class Countdown {
  private readonly left = new Map<string, number>();

  start(id: string, steps: number): void {
    if (steps > 0) this.left.set(id, steps);
    else this.left.delete(id);
  }

  /** Takes one look: true while the thing is still in between. */
  look(id: string): boolean {
    const left = this.left.get(id) ?? 0;
    if (left <= 1) this.left.delete(id);
    else this.left.set(id, left - 1);
    return left > 0;
  }

  isRunning(id: string): boolean {
    return this.left.has(id);
  }

  ids(): string[] {
    return [...this.left.keys()];
  }
}

/**
 * One way in which AWS differs from moto. `before` may answer by itself, refuse by throwing an AwsFault, or change the
 * parameters that moto sees; `after` sees moto's answer and may change it.
 */
export interface Rule {
  /** As in the README's table. */
  readonly name: string;
  /** Ids of SOURCES.md, e.g. `S14` or `S42, S43`: where it is written that AWS does so. */
  readonly source: string;
  /** Calls it looks at, e.g. `ec2:RunInstances`. */
  readonly on: readonly string[];
  readonly before?: (call: Call, world: World) => Promise<Answer | undefined> | Answer | undefined;
  readonly after?: (call: Call, answer: Answer, world: World) => Promise<Answer> | Answer;
}
