import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { settingNames } from './definitions.js';

const COMPOSE = new URL('../../../docker-compose.yml', import.meta.url);

/** Settings that the operator of the containers does not set, and why. */
const FIXED: Readonly<Record<string, string>> = {
  DARKROOM_HOST: 'the image sets it: all interfaces of its network',
  DARKROOM_PORT: 'the image sets it; in .env it is the port on this machine',
  DARKROOM_WORKER_HOST: 'the image sets it',
  DARKROOM_WORKER_PORT: 'the image sets it',
  DARKROOM_DATA: 'the image sets it: the volume',
  DARKROOM_MEDIA: 'the volume',
  NODE_ENV: 'the image sets it',
  DARKROOM_BROKER: 'it is always Redis',
  DARKROOM_WEB: 'the gateway serves the gallery',
};

it('docker-compose.yml states the address that it publishes', async () => {
  const text = await readFile(COMPOSE, 'utf8');
  const stated = /DARKROOM_PUBLISHED_ON: &published (\S+)/.exec(text)?.[1];
  expect(text).toContain(`ports: ['${stated}:\${DARKROOM_PORT:-8080}:8080']`);
});

it('docker-compose.yml passes on every setting that is not fixed there', async () => {
  const text = await readFile(COMPOSE, 'utf8');
  const named = new Set([...text.matchAll(/^ {2,}([A-Z][A-Z_]+?)(?:_FILE)?:/gm)].map(([, name]) => name));
  expect(settingNames.filter((name) => !named.has(name) && !(name in FIXED))).toEqual([]);
});
