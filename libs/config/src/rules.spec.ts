import { isDarkroomError } from '@darkroom/errors';
import { describe, expect, it } from 'vitest';
import { defaultConcurrency } from './assemble.js';
import { type Environment, loadSettings } from './load-settings.js';
import type { ProcessName } from './settings.js';

const DATABASE_URL = 'postgres://localhost/darkroom';
const REDIS_URL = 'redis://localhost:6379';
const DARKROOM_TOKEN = 'correct-horse-battery';
const enough: Environment = { DATABASE_URL, DARKROOM_LINK_SECRET: 'x'.repeat(32) };

/** The names of the settings that have faults. */
function faulty(env: Environment, process: ProcessName = 'api'): (string | undefined)[] {
  try {
    loadSettings(env, { for: process });
    return [];
  } catch (error) {
    if (!isDarkroomError(error)) throw error;
    return (error.errors ?? []).map(({ field }) => field);
  }
}

describe('access', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost', 'LOCALHOST'])('is open on %s', (host) => {
    expect(loadSettings({ ...enough, DARKROOM_HOST: host }).access.mode).toBe('open');
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', 'pictures.example', '128.0.0.1', 'localhost.example'])(
    'must be set explicitly on %s',
    (host) => {
      expect(() => loadSettings({ ...enough, DARKROOM_HOST: host })).toThrow(
        /^DARKROOM_ACCESS: expected `open` or `token`, got nothing\. .* or DARKROOM_ACCESS=open to accept everyone\./,
      );
      const named = { ...enough, DARKROOM_HOST: host, DARKROOM_ACCESS: 'open' };
      expect(loadSettings(named).access.mode).toBe('open');
    },
  );

  it('has a token only in token mode', () => {
    const { access } = loadSettings({ ...enough, DARKROOM_ACCESS: 'token', DARKROOM_TOKEN });
    expect(access.mode === 'token' && access.token.reveal()).toBe(DARKROOM_TOKEN);
    expect(faulty({ ...enough, DARKROOM_ACCESS: 'token' })).toEqual(['DARKROOM_TOKEN']);
  });

  it('refuses a token that would protect nothing', () => {
    expect(faulty({ ...enough, DARKROOM_TOKEN })).toEqual(['DARKROOM_ACCESS']);
    expect(faulty({ ...enough, DARKROOM_TOKEN, DARKROOM_ACCESS: 'open' })).toEqual([]);
  });

  it('reports a bad token once', () => {
    const env = { ...enough, DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: 'short' };
    expect(faulty(env)).toEqual(['DARKROOM_TOKEN']);
  });
});

describe('storage', () => {
  const s3 = { DATABASE_URL, DARKROOM_STORAGE: 's3', DARKROOM_BUCKET: 'pictures' };

  it('with s3 needs a bucket and no link secret', () => {
    expect(faulty({ ...s3, DARKROOM_BUCKET: '' })).toEqual(['DARKROOM_BUCKET']);
    expect(loadSettings({ ...s3, AWS_REGION: 'eu-central-1' }).storage).toEqual({
      kind: 's3',
      bucket: 'pictures',
      region: 'eu-central-1',
      endpoint: undefined,
      encryption: { kind: 'none' },
    });
  });

  it('accepts a KMS key only with aws:kms', () => {
    const env = { ...s3, DARKROOM_SSE_KMS_KEY: 'alias/darkroom' };
    expect(faulty(env)).toEqual(['DARKROOM_SSE_KMS_KEY']);
    expect(faulty({ ...env, DARKROOM_SSE: 'AES256' })).toEqual(['DARKROOM_SSE_KMS_KEY']);
    const { storage } = loadSettings({ ...env, DARKROOM_SSE: 'aws:kms' });
    expect(storage).toMatchObject({ encryption: { kind: 'aws:kms', keyId: 'alias/darkroom' } });
  });

  it('resolves relative paths against the base', () => {
    const env = { ...enough, DARKROOM_DATA: 'data', DARKROOM_MEDIA: '../media' };
    const settings = loadSettings(env, { for: 'api', base: '/srv/darkroom' });
    expect(settings.data).toBe('/srv/darkroom/data');
    expect(settings.storage).toEqual({ kind: 'folder', path: '/srv/media' });
  });
});

describe('broker', () => {
  it('is Redis if REDIS_URL is set, otherwise the database', () => {
    expect(loadSettings({ ...enough, REDIS_URL }).broker.url.reveal()).toBe(REDIS_URL);
    expect(loadSettings(enough).broker.kind).toBe('postgres');
  });

  it('is the one that DARKROOM_BROKER names', () => {
    const { broker } = loadSettings({ ...enough, REDIS_URL, DARKROOM_BROKER: 'postgres' });
    expect(broker).toMatchObject({ kind: 'postgres' });
    expect(broker.url.reveal()).toBe(DATABASE_URL);
    expect(faulty({ ...enough, DARKROOM_BROKER: 'redis' })).toEqual(['REDIS_URL']);
  });
});

describe('limits', () => {
  it('require a request limit of at least the largest file', () => {
    expect(faulty({ ...enough, DARKROOM_MAX_BYTES: '201MiB' })).toEqual(['DARKROOM_MAX_REQUEST_BYTES']);
    expect(faulty({ ...enough, DARKROOM_MAX_BYTES: '200MiB' })).toEqual([]);
  });

  it.each([
    [1, 2],
    [2, 4],
    [16, 32],
    [64, 32],
  ])('on %i cores allow %i jobs at a time', (cores, jobs) => {
    expect(defaultConcurrency(cores)).toBe(jobs);
  });
});

describe('each process', () => {
  it('needs the database, except for the launcher', () => {
    expect(faulty({}, 'api')).toEqual(['DARKROOM_LINK_SECRET', 'DATABASE_URL']);
    expect(faulty({}, 'worker')).toEqual(['DATABASE_URL']);
    expect(faulty({}, 'launcher')).toEqual([]);
  });

  it('lets the launcher choose the broker', () => {
    expect(loadSettings({}, { for: 'launcher' }).broker).toEqual({ kind: undefined, redisUrl: undefined });
    const named = loadSettings({ DARKROOM_BROKER: 'redis' }, { for: 'launcher' });
    expect(named.broker).toEqual({ kind: 'redis', redisUrl: undefined });
  });

  it('lets a worker share the environment of an api without its secrets', () => {
    const env = { DATABASE_URL, DARKROOM_HOST: '0.0.0.0', DARKROOM_ACCESS: 'token' };
    expect(faulty(env, 'worker')).toEqual([]);
    expect(faulty(env, 'launcher')).toEqual(['DARKROOM_TOKEN']);
  });
});
