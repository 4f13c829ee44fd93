import fc, { type AsyncCommand } from 'fast-check';
import type { Outcome } from './fake-engine.js';
import type { Reach, Run } from './run.js';

/** The state that the commands need to know; the {@link Run} holds everything else. */
export interface Model {
  pictures: number;
}

type Kind =
  | { kind: 'upload'; reach: Reach }
  | { kind: 'finish'; index: number; outcome: Outcome }
  | { kind: 'delete'; index: number; reach: Reach }
  | { kind: 'step' | 'crash' | 'loseLock' | 'retry' | 'expire'; index: number }
  | { kind: 'take' | 'loseJobs' | 'reconcile' };

class Event implements AsyncCommand<Model, Run> {
  readonly #event: Kind;

  constructor(event: Kind) {
    this.#event = event;
  }

  check({ pictures }: Readonly<Model>): boolean {
    return this.#event.kind === 'upload' || pictures > 0;
  }

  async run(model: Model, run: Run): Promise<void> {
    await performEvent(this.#event, run);
    model.pictures = run.pictures;
  }

  toString(): string {
    return JSON.stringify(this.#event);
  }
}

/** Performs one event. */
export async function performEvent(event: Kind, run: Run): Promise<void> {
  switch (event.kind) {
    case 'upload':
      return run.upload(event.reach);
    case 'finish':
      return run.finish(event.index, event.outcome);
    case 'delete':
      return run.delete(event.index, event.reach);
    case 'take':
    case 'loseJobs':
    case 'reconcile':
      return run[event.kind]();
    default:
      return run[event.kind](event.index);
  }
}

/** Draws any sequence of events: uploads, jobs, single calls, crashes, requests, lost jobs, runs of the reconciler. */
export function anyEvents(maxEvents: number): fc.Arbitrary<Iterable<AsyncCommand<Model, Run>>> {
  const index = fc.nat({ max: 5 });
  const reach = fc.constantFrom<Reach>('bytes', 'row', 'whole');
  const often = (kind: 'step') => Array.from({ length: 4 }, () => event({ kind: fc.constant(kind), index }));
  const event = (parts: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record(parts).map((drawn) => new Event(drawn as unknown as Kind));
  const outcome = fc.constantFrom<Outcome>('made', 'made', 'broken', 'crashed', 'internal error');
  return fc.commands<Model, Run, false>(
    [
      event({ kind: fc.constant('upload'), reach }),
      event({ kind: fc.constant('take'), index }),
      event({ kind: fc.constant('take'), index }),
      ...often('step'),
      event({ kind: fc.constant('finish'), index, outcome }),
      event({ kind: fc.constant('delete'), index, reach }),
      event({ kind: fc.constantFrom('crash', 'loseLock', 'retry', 'expire'), index }),
      event({ kind: fc.constantFrom('loseJobs', 'reconcile') }),
    ],
    // Lengths up to the limit, not mostly short ones.
    { maxCommands: maxEvents, size: 'max' },
  );
}

export type { Kind as PictureEvent };
