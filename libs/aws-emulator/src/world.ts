import type { Moto, Place } from './moto.js';
import type { Pace } from './pace.js';
import type { HostControls } from './host-controls.js';
import type { Answer, Call } from './wire/call.js';

/** The context of rules and stand-ins: moto, settings, and the state that they keep. */
export class World {
  private readonly kept = new Map<string, unknown>();

  constructor(
    readonly moto: Moto,
    readonly pace: Pace,
    readonly hosts: HostControls,
    /** Whether a fault denies an action at the moment, for permission simulation. */
    readonly isDenied: (action: string) => boolean,
  ) {}

  /** The state under a name for an account and region; created on first use. */
  keep<T>(place: Place, name: string, make: () => T): T {
    const key = `${place.account} ${place.region} ${name}`;
    if (!this.kept.has(key)) this.kept.set(key, make());
    return this.kept.get(key) as T;
  }

  /** A countdown of polls, by object. */
  countdown(place: Place, name: string): Countdown {
    return this.keep(place, `countdown ${name}`, () => new Countdown());
  }
}

/** The number of polls that each object stays in its state. */
export class Countdown {
  private readonly left = new Map<string, number>();

  start(id: string, steps: number): void {
    if (steps > 0) this.left.set(id, steps);
    else this.left.delete(id);
  }

  /** Counts one poll. True while the object is still in its state. */
  poll(id: string): boolean {
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
 * One difference between AWS and moto. `before` may answer, refuse by throwing an AwsFault, or change the parameters
 * that moto sees. `after` sees moto's answer and may change it.
 */
export interface Rule {
  /** Its name in the README's table. */
  readonly name: string;
  /** Entries of SOURCES.md, e.g. `S14` or `S42, S43`, which show that AWS does so. */
  readonly source: string;
  /** The calls that it applies to, e.g. `ec2:RunInstances`. */
  readonly on: readonly string[];
  readonly before?: (call: Call, world: World) => Promise<Answer | undefined> | Answer | undefined;
  readonly after?: (call: Call, answer: Answer, world: World) => Promise<Answer> | Answer;
}
