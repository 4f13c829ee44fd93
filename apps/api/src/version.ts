import { readFileSync } from 'node:fs';

/** Injection token of the api's version. */
export const VERSION = Symbol('VERSION');

/** The version of this package, from the `package.json` next to `dist` (or `src`). */
export function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
