/**
 * The number of random runs of a test, and their seed: `DARKROOM_TEST_RUNS` and `DARKROOM_TEST_SEED`, for a long manual
 * run and to repeat a failed one.
 */
export function modelRuns(fallback: { runs: number }): { runs: number; seed: number | undefined } {
  const { DARKROOM_TEST_RUNS: runs, DARKROOM_TEST_SEED: seed } = process.env;
  return { runs: Number(runs ?? fallback.runs), seed: seed === undefined ? undefined : Number(seed) };
}
