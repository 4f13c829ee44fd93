import { loadSettings } from '@darkroom/config';
import { expect, it } from 'vitest';
import { childEnvironment } from './child-environment.js';

const environmentFor = (own: Record<string, string>) =>
  childEnvironment(own, {
    settings: loadSettings(own, { for: 'launcher', base: '/srv' }),
    databaseUrl: 'postgres://localhost/darkroom',
    broker: { kind: 'redis', url: 'redis://localhost', description: 'a Redis', server: undefined },
    linkSecret: 'x'.repeat(40),
    web: '/srv/gallery',
    ports: { api: 8080, worker: 9090 },
  });

it('sets no rate limits on a loopback address', () => {
  expect(environmentFor({})).toMatchObject({
    DARKROOM_UPLOADS_PER_MINUTE: '0',
    DARKROOM_SIGN_INS_PER_MINUTE: '0',
  });
});

it('keeps the rate limit that was asked for by name', () => {
  expect(
    environmentFor({ DARKROOM_UPLOADS_PER_MINUTE: '5', DARKROOM_SIGN_INS_PER_MINUTE: '' }),
  ).toMatchObject({
    DARKROOM_UPLOADS_PER_MINUTE: '5',
    DARKROOM_SIGN_INS_PER_MINUTE: '0',
  });
});

it('leaves the rate limits on for an address that others reach', () => {
  const environment = environmentFor({
    DARKROOM_HOST: '0.0.0.0',
    DARKROOM_ACCESS: 'token',
    DARKROOM_TOKEN: 'a-token-of-some-length',
  });
  expect(environment).not.toHaveProperty('DARKROOM_UPLOADS_PER_MINUTE');
});

it('has the api serve the gallery, or another page that was named', () => {
  expect(environmentFor({})).toMatchObject({ DARKROOM_WEB: '/srv/gallery' });
  expect(environmentFor({ DARKROOM_WEB: '/elsewhere' })).toMatchObject({ DARKROOM_WEB: '/elsewhere' });
});
