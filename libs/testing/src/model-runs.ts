/**
 * How often a test draws something else, and from which seed: `DARKROOM_TEST_RUNS` and `DARKROOM_TEST_SEED`, for a long
 * run by hand and to draw again what failed.
 */
export function modelRuns(fallback: { runs: number }): { runs: number; seed: number | undefined } {
  const { DARKROOM_TEST_RUNS: runs, DARKROOM_TEST_SEED: seed } = process.env;
  return { runs: Number(runs ?? fallback.runs), seed: seed === undefined ? undefined : Number(seed) };
}
