import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { INVALID_SETTINGS } from '@darkroom/config';
import { DarkroomError } from '@darkroom/errors';
import { acceptsCoding } from '../http/accepts-coding.js';
import type { Validators } from '../http/preconditions.js';

export const INDEX = 'index.html';

/** Milliseconds before a file is looked at again: the gallery may be built again while the api runs. */
const FRESH_MS = 1_000;

/** The codings of the compressed copies that the build makes, the smallest first. */
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Vite puts a hash of the content into these names: other content has another name. */
const HASHED = /^assets\//;
const IMMUTABLE = 'public, max-age=31536000, immutable';
const REVALIDATE = 'no-cache';
const AN_HOUR = 'public, max-age=3600';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** One representation of a file: as it is, or one of its compressed copies. */
interface Content extends Validators {
  readonly bytes: Buffer;
  readonly size: number;
}

/** A file as one client gets it. */
export interface WebFile extends Validators {
  readonly bytes: Buffer;
  readonly type: string;
  readonly cacheControl: string;
  /** Of a compressed copy. */
  readonly coding: 'br' | 'gzip' | undefined;
}

type Contents = Readonly<Partial<Record<'plain' | 'br' | 'gzip', Content>>>;

interface Kept {
  /** When it was read, in milliseconds. */
  at: number;
  contents: Promise<Contents>;
  /** What was read last. */
  last: Contents;
}

/**
 * The files of the built gallery, in memory: a crowd would otherwise open each of them for each request. They are some
 * hundred kilobytes, together with their compressed copies.
 */
export class WebFiles {
  readonly #folder: string;
  readonly #kept = new Map<string, Kept>();

  /** @throws DarkroomError `invalid_settings` when the folder holds no page */
  constructor(folder: string) {
    this.#folder = folder;
    if (existsSync(path.join(folder, INDEX))) return;
    throw new DarkroomError({
      code: INVALID_SETTINGS,
      status: 500,
      message: `DARKROOM_WEB: expected the folder of the built gallery, got ${JSON.stringify(folder)}, which has no ${INDEX}. Build the gallery with npm run build -w apps/web.`,
    });
  }

  /**
   * @param name - with slashes, below the folder; checked by the caller
   * @param accepted - value of `Accept-Encoding`
   * @returns undefined when there is no such file
   */
  async find(name: string, accepted: string | undefined): Promise<WebFile | undefined> {
    const contents = await this.#contents(name);
    const coding = CODINGS.find(([one]) => contents[one] && acceptsCoding(accepted, one))?.[0];
    const content = contents[coding ?? 'plain'];
    if (content === undefined) return undefined;
    const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
    return { ...content, type, cacheControl: cacheControlOf(name), coding };
  }

  #contents(name: string): Promise<Contents> {
    const kept = this.#kept.get(name);
    const now = performance.now();
    if (kept !== undefined && now - kept.at < FRESH_MS) return kept.contents;
    const last = kept?.last ?? {};
    const entry = { at: now, contents: this.#read(name, last), last };
    this.#kept.set(name, entry);
    void this.#settle(name, entry);
    return entry.contents;
  }

  /** Names of files that do not exist are not kept: there is no end to them. */
  async #settle(name: string, entry: Kept): Promise<void> {
    // The callers get the error.
    entry.last = await entry.contents.catch(() => ({}));
    if (entry.last.plain === undefined && this.#kept.get(name) === entry) this.#kept.delete(name);
  }

  async #read(name: string, last: Contents): Promise<Contents> {
    const file = path.join(this.#folder, name);
    const plain = await readContent(file, last.plain);
    if (plain === undefined) return {};
    const [br, gzip] = await Promise.all(
      CODINGS.map(([coding, extension]) => readContent(file + extension, last[coding])),
    );
    return { plain, ...(br && { br }), ...(gzip && { gzip }) };
  }
}

/** Reads a file unless it is the one of the last time. @returns undefined when it does not exist */
async function readContent(file: string, last: Content | undefined): Promise<Content | undefined> {
  try {
    const stats = await stat(file);
    if (!stats.isFile()) return undefined;
    const isSame = last?.size === stats.size && last.modifiedAt.getTime() === stats.mtime.getTime();
    if (isSame) return last;
    const bytes = await readFile(file);
    // Weak, because it does not depend on the bytes.
    const etag = `W/"${stats.size.toString(16)}-${stats.mtime.getTime().toString(16)}"`;
    return { bytes, size: stats.size, etag, modifiedAt: stats.mtime };
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && ABSENT.has(String(error.code));
    if (isAbsent) return undefined;
    throw error;
  }
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

function cacheControlOf(name: string): string {
  if (HASHED.test(name)) return IMMUTABLE;
  return name === INDEX ? REVALIDATE : AN_HOUR;
}
