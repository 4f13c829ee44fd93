import type { Emulator } from '@darkroom/aws-emulator';

/** More than the writes of the longest run, and as many again for those that begin with what they did before. */
const MOST_RUNS = 400;

/**
 * Runs something again and again, each run ended after a write that took effect and whose caller never hears of it, until
 * one comes to its end by itself. As only writes change anything, each state that a break-off can leave comes up when
 * every run is ended at its first write; of those that take a lock over, at the third.
 *
 * @param nth - the write of each run at which it ends
 * @returns the writes at which it was broken off, in their order
 */
export async function breakOffAtWrites(
  emulator: Emulator,
  nth: number,
  run: () => Promise<unknown>,
): Promise<string[]> {
  const points: string[] = [];
  let next = nth;
  for (let runs = 0; runs < MOST_RUNS; runs += 1) {
    emulator.calls.clear();
    emulator.faults.breakOffAtWrite(next, 'after');
    await run().catch(passBrokenOff);
    const at = emulator.calls.writes[next - 1];
    emulator.faults.clear();
    if (at === undefined) return points;
    // A write that every run repeats (a command to the host) would stop the next run at the same place.
    next = at.name === points.at(-1) ? next + 1 : nth;
    points.push(at.name);
  }
  throw new Error(`it does not come to an end after ${MOST_RUNS} runs: ${points.slice(-5).join(', ')}`);
}

/** Runs something that is ended at one call, whatever it is. */
export async function breakOffAt(
  emulator: Emulator,
  { index, when }: { index: number; when: 'before' | 'after' },
  run: () => Promise<unknown>,
): Promise<void> {
  emulator.calls.clear();
  emulator.faults.breakOff(index, when);
  await run().catch(passBrokenOff);
  emulator.faults.clear();
}

function passBrokenOff(error: unknown): void {
  if (!(error instanceof Error && error.name === 'BrokenOff')) throw error;
}
