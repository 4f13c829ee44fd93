import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Environment, loadSettings } from './load-settings.js';

const TOKEN = 'correct-horse-battery';
const base: Environment = { DARKROOM_LINK_SECRET: 'link-secret-of-thirty-two-letters!' };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const written = path.join(folder, name);
  await writeFile(written, content);
  return written;
}

function faultsOf(env: Environment): string {
  try {
    loadSettings(env);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a secret in a file', () => {
  it('is read without its final line end', async () => {
    const settings = loadSettings({
      DARKROOM_ACCESS: 'token',
      DARKROOM_TOKEN_FILE: await file('token', `${TOKEN}\n`),
      DARKROOM_LINK_SECRET_FILE: await file('link', 'link-secret-of-thirty-two-letters!\r\n'),
      DATABASE_URL_FILE: await file('database', 'postgres://user:hunter2@localhost/darkroom\n'),
      REDIS_URL_FILE: await file('redis', 'redis://:sesame@localhost:6379'),
    });
    expect(settings.access).toMatchObject({ mode: 'token' });
    expect('token' in settings.access && settings.access.token.reveal()).toBe(TOKEN);
    expect(settings.links.secret?.reveal()).toBe('link-secret-of-thirty-two-letters!');
    expect(settings.database.url.reveal()).toBe('postgres://user:hunter2@localhost/darkroom');
    // REDIS_URL selects the broker, also when it comes from a file.
    expect(settings.broker.kind).toBe('redis');
    expect(settings.broker.url.reveal()).toBe('redis://:sesame@localhost:6379');
  });

  it('is ignored when the secret itself is set', () => {
    const env = { ...base, DATABASE_URL: 'postgres://localhost/a', DATABASE_URL_FILE: '/nowhere' };
    expect(loadSettings(env).database.url.reveal()).toBe('postgres://localhost/a');
  });

  it('is read when the secret is an empty text, as Compose passes on an unset variable', async () => {
    const url = await file('url', 'postgres://localhost/b');
    const env = { ...base, DATABASE_URL: '', DATABASE_URL_FILE: url };
    expect(loadSettings(env).database.url.reveal()).toBe('postgres://localhost/b');
  });

  it('is a fault when it cannot be read or is empty', async () => {
    const absent = path.join(folder, 'absent');
    expect(faultsOf({ ...base, DATABASE_URL_FILE: absent })).toBe(
      `DATABASE_URL_FILE: expected the path of a file that holds the secret, got ${JSON.stringify(absent)}, which cannot be read (ENOENT).`,
    );
    const empty = await file('empty', '\n');
    expect(faultsOf({ ...base, DATABASE_URL_FILE: empty })).toBe(
      `DATABASE_URL_FILE: expected the path of a file that holds the secret, got ${JSON.stringify(empty)}, which is empty.`,
    );
  });

  it('is checked like the secret, and does not appear in the message', async () => {
    const wrong = await file('wrong', 'mysql://root:hunter2@localhost/x');
    const faults = faultsOf({ ...base, DATABASE_URL_FILE: wrong });
    expect(faults).toBe(
      'DATABASE_URL: expected a URL that begins with postgres:// or postgresql://, got a text of 32 characters.',
    );
  });

  it('works only for secrets', () => {
    const faults = faultsOf({ ...base, DATABASE_URL: 'postgres://localhost/a', DARKROOM_PORT_FILE: '/x' });
    expect(faults).toContain('DARKROOM_PORT_FILE: unknown setting.');
  });
});
