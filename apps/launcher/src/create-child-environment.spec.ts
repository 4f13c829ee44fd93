import { loadSettings } from '@darkroom/config';
import { expect, it } from 'vitest';
import { createChildEnvironment } from './create-child-environment.js';

const environmentFor = (own: Record<string, string>) =>
  createChildEnvironment(own, {
    settings: loadSettings(own, { for: 'launcher', base: '/srv' }),
    databaseUrl: 'postgres://localhost/darkroom',
    broker: { kind: 'redis', url: 'redis://localhost', description: 'a Redis', server: undefined },
    linkSecret: 'x'.repeat(40),
    web: '/srv/gallery',
    ports: { api: 8080, worker: 9090 },
  });

it('sets no rate limit for sign-ins on a loopback address', () => {
  expect(environmentFor({})).toMatchObject({ DARKROOM_SIGN_INS_PER_MINUTE: '0' });
});

it('keeps a rate limit that is set', () => {
  expect(
    environmentFor({ DARKROOM_UPLOADS_PER_MINUTE: '5', DARKROOM_SIGN_INS_PER_MINUTE: '' }),
  ).toMatchObject({
    DARKROOM_UPLOADS_PER_MINUTE: '5',
    DARKROOM_SIGN_INS_PER_MINUTE: '0',
  });
});

it('keeps the default rate limits on an address that other machines reach', () => {
  const environment = environmentFor({
    DARKROOM_HOST: '0.0.0.0',
    DARKROOM_ACCESS: 'token',
    DARKROOM_TOKEN: 'a-token-of-some-length',
  });
  expect(environment).not.toHaveProperty('DARKROOM_SIGN_INS_PER_MINUTE');
});

it('makes the api serve the built gallery, or the folder in DARKROOM_WEB', () => {
  expect(environmentFor({})).toMatchObject({ DARKROOM_WEB: '/srv/gallery' });
  expect(environmentFor({ DARKROOM_WEB: '/elsewhere' })).toMatchObject({ DARKROOM_WEB: '/elsewhere' });
});
