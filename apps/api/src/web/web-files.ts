import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { INVALID_SETTINGS } from '@darkroom/config';
import { DarkroomError } from '@darkroom/errors';
import { type Coding, codings } from './accept-encoding.js';

/** One file of the built page, with what the build has compressed of it. */
export interface WebFile {
  contentType: string;
  /** Strong ETag in its quotes, of the uncompressed bytes. */
  etag: string;
  bodies: ReadonlyMap<Coding, Buffer>;
}

/** The built page by path from its root, `index.html` and `assets/…`. */
export type WebFiles = ReadonlyMap<string, WebFile>;

export const INDEX = 'index.html';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const SUFFIXES: Readonly<Record<Coding, string>> = { br: '.br', gzip: '.gz', identity: '' };

/**
 * Reads the built page into memory: some hundred kilobytes that do not change while the process runs.
 *
 * @throws DarkroomError `invalid_settings` when the folder holds no page
 */
export async function loadWebFiles(folder: string): Promise<WebFiles> {
  const paths = await pathsBelow(folder);
  const present = new Set(paths);
  const originals = paths.filter((one) => CONTENT_TYPES[path.extname(one)] !== undefined);
  if (!present.has(INDEX)) {
    throw new DarkroomError({
      code: INVALID_SETTINGS,
      status: 500,
      message: `DARKROOM_WEB: got ${JSON.stringify(folder)}, which has no ${INDEX}; takes the folder of the built gallery (npm run build -w apps/web)`,
    });
  }
  return new Map(
    await Promise.all(
      originals.map(async (one): Promise<[string, WebFile]> => [
        one,
        await readWebFile(folder, one, present),
      ]),
    ),
  );
}

async function pathsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

async function readWebFile(folder: string, name: string, present: ReadonlySet<string>): Promise<WebFile> {
  const bodies = new Map<Coding, Buffer>();
  for (const coding of codings) {
    const file = name + SUFFIXES[coding];
    if (present.has(file)) bodies.set(coding, await readFile(path.join(folder, file)));
  }
  const hash = createHash('sha256').update(bodies.get('identity') ?? '');
  return {
    contentType: CONTENT_TYPES[path.extname(name)] ?? 'application/octet-stream',
    etag: `"${hash.digest('base64url').slice(0, 22)}"`,
    bodies,
  };
}
