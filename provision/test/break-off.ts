import type { Emulator } from '@darkroom/aws-emulator';

/** More than the longest run needs, including repeated writes. */
const MAX_RUNS = 400;

/**
 * Repeats a run until it completes. Each run is interrupted after its nth write, which took effect although the caller
 * gets an error. Only writes change anything, so runs that end at their first write pass through every state that an
 * interruption can leave. Runs that take over a lock must end at their third.
 *
 * @param nth - the write at which each run ends
 * @returns the writes at which runs were interrupted, in order
 */
export async function breakOffAtWrites(
  emulator: Emulator,
  nth: number,
  run: () => Promise<unknown>,
): Promise<string[]> {
  const points: string[] = [];
  let next = nth;
  for (let runs = 0; runs < MAX_RUNS; runs += 1) {
    emulator.calls.clear();
    emulator.faults.breakOffAtWrite(next, 'after');
    await run().catch(passBrokenOff);
    const at = emulator.calls.writes[next - 1];
    emulator.faults.clear();
    if (at === undefined) return points;
    // If every run repeats a write, such as a command to the host, the next run must get past it.
    next = at.name === points.at(-1) ? next + 1 : nth;
    points.push(at.name);
  }
  throw new Error(`not finished after ${MAX_RUNS} runs: ${points.slice(-5).join(', ')}`);
}

/** Runs something and interrupts it at one call, read or write. */
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
