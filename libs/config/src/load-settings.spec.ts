import { inspect } from 'node:util';
import { variantFormats } from '@darkroom/contracts';
import { isDarkroomError } from '@darkroom/errors';
import { describe, expect, it } from 'vitest';
import { type Environment, loadSettings } from './load-settings.js';
import type { ProcessName } from './settings.js';

const TOKEN = 'correct-horse-battery';
const LINK_SECRET = 'link-secret-of-thirty-two-letters!';
const DATABASE_URL = 'postgres://user:hunter2@localhost/darkroom';
const REDIS_URL = 'redis://:sesame@localhost:6379';
const enough: Environment = { DATABASE_URL, DARKROOM_LINK_SECRET: LINK_SECRET };

/** The lines of the error that loading throws; empty when it succeeds. */
function faultLines(env: Environment, process: ProcessName = 'api'): string[] {
  try {
    loadSettings(env, { for: process });
    return [];
  } catch (error) {
    if (!isDarkroomError(error, 'invalid_settings')) throw error;
    return error.message.split('\n');
  }
}

describe('loadSettings', () => {
  it('has a default for everything except the database and the link secret', () => {
    const settings = loadSettings(enough, { for: 'api', base: '/srv' });
    expect(settings).toMatchObject({
      data: '/srv/.darkroom',
      http: {
        host: '127.0.0.1',
        port: 8080,
        maxBytes: 50 * 2 ** 20,
        maxRequestBytes: 200 * 2 ** 20,
        maxFiles: 30,
        diskFloor: 268_435_456,
      },
      rates: { uploadsPerMinute: 0, uploadBurst: 1_000, signInsPerMinute: 10 },
      waiting: { maxPictures: 10_000, maxBytes: 50 * 2 ** 30 },
      metrics: { token: undefined },
      access: { mode: 'open', origins: [], trustedProxies: [], sessionSeconds: 30 * 86_400 },
      storage: { kind: 'folder', path: '/srv/.darkroom/media' },
      links: { seconds: 3_600 },
      database: { poolSize: 10 },
      broker: { kind: 'postgres' },
      limits: { maxPixels: 100_000_000, maxFrames: 500, timeoutSeconds: 30, maxMemory: 2 ** 30 },
      worker: { host: '127.0.0.1', port: 9090 },
      formats: ['jpeg', 'webp'],
      keepGainMap: false,
      heicDecoder: 'auto',
      shutdown: { lameDuckSeconds: 0, drainSeconds: 25 },
      log: { level: 'info' },
    });
    expect(settings.database.url.reveal()).toBe(DATABASE_URL);
    expect(settings.broker.url.reveal()).toBe(DATABASE_URL);
    expect(settings.links.secret?.reveal()).toBe(LINK_SECRET);
  });

  it.each<[string, Environment, number]>([
    ['open on a loopback address', {}, 0],
    ['open where others reach it', { DARKROOM_HOST: '0.0.0.0', DARKROOM_ACCESS: 'open' }, 3_000],
    [
      'open and published on a loopback address',
      { DARKROOM_HOST: '0.0.0.0', DARKROOM_ACCESS: 'open', DARKROOM_PUBLISHED_ON: '127.0.0.1' },
      0,
    ],
    ['open and published elsewhere', { DARKROOM_PUBLISHED_ON: '192.0.2.1' }, 3_000],
    ['with a token', { DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN }, 3_000],
    ['set', { DARKROOM_UPLOADS_PER_MINUTE: '7' }, 7],
    [
      'set to none, with a token',
      { DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN, DARKROOM_UPLOADS_PER_MINUTE: '0' },
      0,
    ],
  ])('has the limit on uploads that fits: %s', (_, env, uploadsPerMinute) => {
    expect(loadSettings({ ...enough, ...env }).rates.uploadsPerMinute).toBe(uploadsPerMinute);
  });

  it('treats an empty text as unset', () => {
    expect(loadSettings({ ...enough, DARKROOM_PORT: '', REDIS_URL: '' }).http.port).toBe(8080);
  });

  it('freezes every level', () => {
    const settings = loadSettings({ ...enough, DARKROOM_ORIGIN: 'https://a.example' });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.http)).toBe(true);
    expect(Object.isFrozen(settings.access.origins)).toBe(true);
  });

  it('reports every fault at once, one line each', () => {
    const lines = faultLines({
      DARKROOM_PORT: 'abc',
      DARKROOM_MAX_FILES: '0',
      DARKROOM_STORAGE: 's3',
      DARKROOM_PROT: '1',
      LOG_LEVEL: 'loud',
    });
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe(
      'DARKROOM_PORT: expected a whole number from 0 to 65535, got "abc". The default is 8080.',
    );
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'DARKROOM_PORT',
      'DARKROOM_MAX_FILES',
      'LOG_LEVEL',
      'DARKROOM_BUCKET',
      'DATABASE_URL',
      'DARKROOM_PROT',
    ]);
  });

  it('suggests the nearest setting for a typo, and none when all are far', () => {
    const lines = faultLines({ ...enough, DARKROOM_MAX_BYTE: '1', DARKROOM_SOMETHING_ELSE: '1' });
    expect(lines).toEqual([
      'DARKROOM_MAX_BYTE: unknown setting. Did you mean DARKROOM_MAX_BYTES?',
      'DARKROOM_SOMETHING_ELSE: unknown setting. See docs/settings.md.',
    ]);
  });

  it('ignores the variables of other programs', () => {
    expect(faultLines({ ...enough, PORT: 'abc', AWS_PROFILE: 'x', HOME: '/root' })).toEqual([]);
  });

  it('shortens a long value in the message', () => {
    expect(faultLines({ ...enough, DARKROOM_PORT: '9'.repeat(5_000) })[0]?.length).toBeLessThan(200);
  });
});

describe('each setting', () => {
  const bad: Record<string, string[]> = {
    DARKROOM_HOST: ['127.0.0.1:80', '256.1.1.1', 'a b', 'http://x', '[::1]', '-x'],
    DARKROOM_PORT: ['-1', '65536', '80.5', '0x50', ' 80', '1e3'],
    DARKROOM_MAX_BYTES: ['0', '-1', '50MB', '50 MiB', '6GiB', '1.5MiB', 'MiB'],
    DARKROOM_MAX_REQUEST_BYTES: ['0', 'lots', '151GiB'],
    DARKROOM_MAX_FILES: ['0', '1001', 'x'],
    DARKROOM_UPLOADS_PER_MINUTE: ['-1', '100001'],
    DARKROOM_UPLOAD_BURST: ['0', 'x'],
    DARKROOM_PUBLISHED_ON: ['127.0.0.1:80', 'a b'],
    DARKROOM_MAX_WAITING: ['-1', 'many'],
    DARKROOM_MAX_WAITING_BYTES: ['-1', '1TB'],
    DARKROOM_METRICS_TOKEN: ['x'.repeat(15), 'sixteen letters and spaces'],
    DARKROOM_SIGN_INS_PER_MINUTE: ['-1', 'x'],
    DARKROOM_LAME_DUCK_SECONDS: ['3601', '-1'],
    DARKROOM_DRAIN_SECONDS: ['3601', 'x'],
    DARKROOM_ACCESS: ['closed', 'OPEN'],
    DARKROOM_TOKEN: ['x'.repeat(15), 'x'.repeat(1001), 'sixteen letters and spaces', 'schlüssel-schlüssel'],
    DARKROOM_ORIGIN: ['example.org', 'ftp://a.example', 'https://a.example/path', 'https://a.example,', '*'],
    DARKROOM_TRUSTED_PROXIES: [
      'nginx',
      '10.0.0.0/33',
      '::1/129',
      '10.0.0.1,,::1',
      '10.0.0.0/8/8',
      '10.0.0.0/',
    ],
    DARKROOM_SESSION_SECONDS: ['59', '34560001'],
    DARKROOM_DATA: ['a\0b'],
    DARKROOM_STORAGE: ['S3', 'disk'],
    DARKROOM_MEDIA: ['a\0b'],
    DARKROOM_ACCEL_REDIRECT: ['/', '_media/', '/_media', '/a b/', '//', '/%5f/'],
    DARKROOM_BUCKET: ['ab', 'Upper', 'a_b', '-abc', 'x'.repeat(64)],
    DARKROOM_SSE: ['kms', 'aes256'],
    DARKROOM_SSE_KMS_KEY: ['a b'],
    AWS_REGION: ['eu central', 'EU'],
    AWS_ENDPOINT_URL: ['localhost:9000', 'ftp://x', 'http://'],
    DARKROOM_LINK_SECRET: ['x'.repeat(31), `${'x'.repeat(31)} x`],
    DARKROOM_LINK_SECONDS: ['59', '604801'],
    DATABASE_URL: ['mysql://localhost/x', 'localhost', 'postgres//x'],
    DARKROOM_DATABASE_POOL: ['0', '1001'],
    REDIS_URL: ['http://localhost', 'localhost:6379'],
    DARKROOM_BROKER: ['kafka'],
    LOG_LEVEL: ['INFO', 'verbose'],
    DARKROOM_KEEP_GAIN_MAP: ['yes', 'true', 'ON'],
    DARKROOM_HEIC_DECODER: ['native', 'AUTO', 'wasm'],
    DARKROOM_FORMATS: ['webp', 'jpeg,none', 'jpeg,,webp', 'JPEG'],
    DARKROOM_MAX_MEMORY: ['1073741824 bytes', '128MiB', '65GiB', '0'],
    DARKROOM_MAX_PIXELS: ['0', '1000000001', '100MP'],
    DARKROOM_MAX_FRAMES: ['0', '100001'],
    DARKROOM_TIMEOUT_SECONDS: ['0', '3601', '30s'],
    DARKROOM_WORKER_CONCURRENCY: ['0', '257'],
    DARKROOM_DECODER_IDLE_SECONDS: ['-1', '86401', '30s'],
    DARKROOM_WORKER_HOST: ['a/b'],
    DARKROOM_WORKER_PORT: ['65536', 'x'],
  };

  it.each(Object.entries(bad).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    '%s refuses %j',
    (name, value) => {
      const own = faultLines({ ...enough, [name]: value }).filter((line) =>
        line.startsWith(`${name}: expected `),
      );
      expect(own).toHaveLength(1);
      expect(own[0]).toContain(', got ');
    },
  );

  it('names every output format when DARKROOM_FORMATS is wrong', () => {
    const [fault = ''] = faultLines({ ...enough, DARKROOM_FORMATS: 'jpeg,none' });
    expect(fault).toMatch(/^DARKROOM_FORMATS: expected a comma-separated list .*, got "jpeg,none"\./);
    expect(variantFormats.filter((format) => !fault.includes(format))).toEqual([]);
  });

  it('reads sizes, lists and enumerations', () => {
    const settings = loadSettings({
      ...enough,
      DARKROOM_MAX_BYTES: '1GiB',
      DARKROOM_MAX_REQUEST_BYTES: '2GiB',
      DARKROOM_ORIGIN: 'https://Pictures.Example:443, http://a.example:8000',
      DARKROOM_TRUSTED_PROXIES: 'loopback, 172.16.0.0/12,fd00::/8',
      DARKROOM_WORKER_CONCURRENCY: '7',
      DARKROOM_FORMATS: 'avif, jpeg,avif',
      DARKROOM_KEEP_GAIN_MAP: 'on',
      DARKROOM_HEIC_DECODER: 'webassembly',
    });
    expect(settings.http).toMatchObject({ maxBytes: 2 ** 30, maxRequestBytes: 2 ** 31 });
    expect(settings.access.origins).toEqual(['https://pictures.example', 'http://a.example:8000']);
    expect(settings.access.trustedProxies).toEqual(['loopback', '172.16.0.0/12', 'fd00::/8']);
    expect(settings.worker.concurrency).toBe(7);
    expect(settings.formats).toEqual(['jpeg', 'avif']);
    expect(settings.keepGainMap).toBe(true);
    expect(settings.heicDecoder).toBe('webassembly');
  });
});

describe('secrets', () => {
  it('do not appear in faults', () => {
    const env = { DARKROOM_TOKEN: 'abc', DARKROOM_LINK_SECRET: 'defg', DATABASE_URL: 'my-database-password' };
    const lines = faultLines({ ...env, REDIS_URL: 'my-redis-password' });
    expect(lines).toContain(
      'DARKROOM_TOKEN: expected 16 to 1000 visible ASCII characters without spaces, got a text of 3 characters.',
    );
    for (const secret of ['"abc"', 'defg', 'my-database', 'my-redis']) {
      expect(lines.join('\n')).not.toContain(secret);
    }
  });

  it('do not appear when the settings are printed', () => {
    const env = { ...enough, REDIS_URL, DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN };
    const settings = loadSettings(env);
    const shown = [JSON.stringify(settings), inspect(settings, { depth: 9, showHidden: true })];
    shown.push(settings.database.url.toString(), String(settings.broker.url), settings.links.secret + '');
    for (const text of shown) {
      expect(text).toContain('[secret]');
      for (const secret of [TOKEN, LINK_SECRET, 'hunter2', 'sesame']) expect(text).not.toContain(secret);
    }
  });
});
