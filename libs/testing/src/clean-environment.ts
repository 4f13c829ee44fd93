/** Settings of the platform by the ecosystem's own names: a test that starts a part of it says each by itself. */
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
 * The environment for a program that a test starts: this process's own, without any setting of Darkroom (nor what the
 * test run keeps in such variables), and with `additions`; an addition of undefined takes a variable out.
 */
export function cleanEnvironment(
  additions: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('DARKROOM_') && !FOREIGN.includes(name) && !name.startsWith('VITEST'),
  );
  return { ...Object.fromEntries(kept), NODE_ENV: undefined, ...additions };
}
