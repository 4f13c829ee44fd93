/** Settings with names that other software uses too. A test that starts a part of the platform sets each explicitly. */
const FOREIGN = [
  'REDIS_URL',
  'REDIS_URL_FILE',
  'DATABASE_URL',
  'DATABASE_URL_FILE',
  'LOG_LEVEL',
  'AWS_ENDPOINT_URL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
];

/**
 * The environment for a program that a test starts: this process's, without Darkroom's settings and the variables of the
 * test run, plus `additions`. An addition of undefined removes a variable.
 */
export function createCleanEnvironment(
  additions: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('DARKROOM_') && !FOREIGN.includes(name) && !name.startsWith('VITEST'),
  );
  return { ...Object.fromEntries(kept), NODE_ENV: undefined, ...additions };
}
