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
  it('is read without the end of its line', async () => {
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
    // The broker follows REDIS_URL, wherever that comes from.
    expect(settings.broker.kind).toBe('redis');
    expect(settings.broker.url.reveal()).toBe('redis://:sesame@localhost:6379');
  });

  it('is not looked at when the secret itself is set', () => {
    const env = { ...base, DATABASE_URL: 'postgres://localhost/a', DATABASE_URL_FILE: '/nowhere' };
    expect(loadSettings(env).database.url.reveal()).toBe('postgres://localhost/a');
  });

  it('counts when the secret is an empty text, as Compose hands on what is not set', async () => {
    const url = await file('url', 'postgres://localhost/b');
    const env = { ...base, DATABASE_URL: '', DATABASE_URL_FILE: url };
    expect(loadSettings(env).database.url.reveal()).toBe('postgres://localhost/b');
  });

  it('is one fault when it cannot be read, and when there is nothing in it', async () => {
    const absent = path.join(folder, 'absent');
    expect(faultsOf({ ...base, DATABASE_URL_FILE: absent })).toBe(
      `DATABASE_URL_FILE: got ${JSON.stringify(absent)}, which cannot be read (ENOENT); takes the path of a file that holds the secret`,
    );
    const empty = await file('empty', '\n');
    expect(faultsOf({ ...base, DATABASE_URL_FILE: empty })).toBe(
      `DATABASE_URL_FILE: got ${JSON.stringify(empty)}, which is empty; takes the path of a file that holds the secret`,
    );
  });

  it('is held to what the secret takes, and is in no message', async () => {
    const wrong = await file('wrong', 'mysql://root:hunter2@localhost/x');
    const faults = faultsOf({ ...base, DATABASE_URL_FILE: wrong });
    expect(faults).toBe(
      'DATABASE_URL: got a text of 32 characters; takes a URL that begins with postgres:// or postgresql://',
    );
  });

  it('is a way of secrets alone', () => {
    const faults = faultsOf({ ...base, DATABASE_URL: 'postgres://localhost/a', DARKROOM_PORT_FILE: '/x' });
    expect(faults).toContain('DARKROOM_PORT_FILE: is no setting of Darkroom');
  });
});
