import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { settingNames } from './definitions.js';

const COMPOSE = new URL('../../../docker-compose.yml', import.meta.url);

/** What a person who runs the containers does not set, and why. */
const FIXED: Readonly<Record<string, string>> = {
  DARKROOM_HOST: 'the image says it: all of its own network',
  DARKROOM_PORT: 'the image says it; in .env it is the port on this machine',
  DARKROOM_WORKER_HOST: 'the image says it',
  DARKROOM_WORKER_PORT: 'the image says it',
  DARKROOM_DATA: 'the image says it: where the volume is',
  DARKROOM_MEDIA: 'where the volume is',
  NODE_ENV: 'the image says it',
  DARKROOM_BROKER: 'Redis',
  DARKROOM_WEB: 'the gateway serves the gallery',
};

it('docker-compose.yml hands on every setting that is not fixed there', async () => {
  const text = await readFile(COMPOSE, 'utf8');
  const named = new Set([...text.matchAll(/^ {2,}([A-Z][A-Z_]+?)(?:_FILE)?:/gm)].map(([, name]) => name));
  expect(settingNames.filter((name) => !named.has(name) && !(name in FIXED))).toEqual([]);
});
