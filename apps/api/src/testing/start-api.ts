import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalogue } from '@darkroom/catalogue';
import { loadSettings } from '@darkroom/config';
import { openPlatform, type Platform } from '@darkroom/platform';
import { services, type TestDatabase, testDatabase } from '@darkroom/testing';
import { createApi } from '../create-api.js';

export const TOKEN = 'a-token-of-the-tests';

export interface TestApi {
  url: string;
  port: number;
  /** For tests that watch connections. */
  server: Server;
  /** The media folder, which contains `.incoming`. */
  media: string;
  database: TestDatabase;
  /** The platform of the process, for tests that change states like a worker. */
  platform: Platform;
  /** A separate catalogue with its own connections, which bypasses any proxy. */
  beside: Catalogue;
  /** Sends a request; the path is relative to the api, or a whole URL. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Runs SQL through the separate catalogue. */
  sql<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Every file below the media folder. */
  stored(): Promise<string[]>;
  /** Stops the api like a shutdown signal, and keeps database and files for checks. */
  stop(): Promise<void>;
  /** Stops the api and removes its data. @throws Error if any request was answered with 500 */
  close(): Promise<void>;
}

export interface TestApiOptions {
  /** Another api, to share its database and media with this one. The other api removes them. */
  sharedWith?: TestApi;
}

/**
 * Starts an api with a new database and media folder on a free port. By default it is open, has no rate limits, and
 * uses Redis if it is available. `env` overrides the settings.
 */
export async function startApi(
  env: Record<string, string> = {},
  { sharedWith }: TestApiOptions = {},
): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-api-'));
  const database = sharedWith?.database ?? (await testDatabase());
  const media = sharedWith?.media ?? join(folder, 'media');
  const { redis } = services();
  const settings = loadSettings(
    {
      DATABASE_URL: database.url,
      DARKROOM_MEDIA: media,
      DARKROOM_LINK_SECRET: 'a link secret of the tests, long'.replaceAll(' ', '-'),
      DARKROOM_UPLOADS_PER_MINUTE: '0',
      DARKROOM_SIGN_INS_PER_MINUTE: '0',
      LOG_LEVEL: 'silent',
      ...(redis && { REDIS_URL: redis.url }),
      ...env,
    },
    { for: 'api' },
  );
  const platform = await openPlatform({ name: 'api', version: '0.0.0-test', settings });
  const app = await createApi(settings, platform, '0.0.0-test');
  await app.listen(0, '127.0.0.1');
  const server: Server = app.getHttpServer();
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const beside = new Catalogue({ url: database.url, poolSize: 2 });
  let faults: string[] = [];
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const page = await (await ask('/metrics')).text();
    faults = page.split('\n').filter((line) => /^darkroom_http.*status="500"/.test(line));
    await app.close();
    await platform.close();
  };
  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(new URL(path, url), init);
  return {
    url,
    port,
    server,
    media,
    database,
    platform,
    beside,
    ask,
    sql: (text, values) => beside.transaction((sql) => sql.query(text, values)),
    stored: () => filesBelow(media),
    stop: () => (stopped ??= stop()),
    close: async () => {
      await (stopped ??= stop());
      await beside.close();
      if (!sharedWith) await database.drop();
      await rm(folder, { recursive: true, force: true });
      if (faults.length > 0) throw new Error(`answered with 500: ${faults.join('; ')}`);
    },
  };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
