import type { Catalogue, CatalogueImage, Claim } from '@darkroom/catalogue';
import type { Settings } from '@darkroom/config';
import { originalPrefix, type RejectedFile, UploadFields } from '@darkroom/contracts';
import { DarkroomError, doorError, isDarkroomError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalid, validate } from '../http/validate.js';
import type { ProblemLogger } from '../http/problem.js';
import { ProcessingQueue } from '../images/processing-queue.js';
import { CATALOGUE, LOGGER, SETTINGS, STORAGE } from '../tokens.js';
import { DiskFloor } from './disk-floor.js';
import { fingerprintOf } from './fingerprint.js';
import { type FormField, readMultipart } from './multipart-form.js';
import {
  type Keep,
  keepIn,
  keepNothing,
  receiveFile,
  type ReceivedFile,
  type StoredFile,
} from './upload-files.js';
import { claimKey, idempotencyKeyOf, keepClaim } from './upload-key.js';

export interface UploadResult {
  images: CatalogueImage[];
  rejected: RejectedFile[];
  /** Whether this is the answer of an earlier call with the same key. */
  replayed: boolean;
}

interface Form {
  fields: FormField[];
  files: ReceivedFile[];
}

/** The stored part of an answer, to repeat it. Dates come back from JSON as texts. */
type KeptAnswer = Pick<UploadResult, 'images' | 'rejected'>;

/** Receives uploads: streams the bytes into storage, then commits all rows and the key, then enqueues the jobs. */
@Injectable()
export class UploadService {
  readonly #settings: Settings;
  readonly #catalogue: Catalogue;
  readonly #storage: ObjectStorage;
  readonly #queue: ProcessingQueue;
  readonly #diskFloor: DiskFloor;
  readonly #logger: ProblemLogger;
  /** Whether the last commit failed to reach the database. */
  #isDatabaseDown = false;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(STORAGE) storage: ObjectStorage,
    @Inject(ProcessingQueue) queue: ProcessingQueue,
    @Inject(LOGGER) logger: ProblemLogger,
  ) {
    this.#settings = settings;
    this.#catalogue = catalogue;
    this.#storage = storage;
    this.#queue = queue;
    this.#diskFloor = new DiskFloor(storage, settings.http.diskFloor);
    this.#logger = logger;
  }

  /**
   * Receives one upload. When it resolves, the bytes of all its images are durable and their rows are committed.
   *
   * @throws DarkroomError of the HTTP interface; the problem of the first file if every file was refused
   */
  async receive(owner: string, request: FastifyRequest): Promise<UploadResult> {
    const key = idempotencyKeyOf(request);
    const outcome = key === undefined ? undefined : await claimKey(this.#catalogue, owner, key);
    if (outcome?.kind === 'answered')
      return this.#replay(request, outcome.fingerprint, outcome.answer as KeptAnswer);
    const claim = outcome?.claim;
    const stopRenewing = keepClaim(this.#catalogue, claim);
    try {
      return await this.#first(owner, request, claim);
    } catch (error) {
      if (claim) await this.#catalogue.idempotency.release(claim).catch(() => undefined);
      throw error;
    } finally {
      stopRenewing();
    }
  }

  async #first(owner: string, request: FastifyRequest, claim: Claim | undefined): Promise<UploadResult> {
    await this.#diskFloor.assertRoom(request);
    // Otherwise each try would leave bytes behind, which the reconciler may remove only a day later.
    if (this.#isDatabaseDown) await this.#catalogue.check();
    const breakOff = new AbortController();
    const stored: string[] = [];
    const keep = keepIn(this.#storage, breakOff.signal);
    try {
      const form = await this.#read(request, (id, contentType, body) => {
        stored.push(id);
        return keep(id, contentType, body);
      });
      const result = await this.#commit(owner, form, claim, request.id);
      this.#isDatabaseDown = false;
      return result;
    } catch (error) {
      breakOff.abort(error);
      this.#isDatabaseDown ||= error instanceof CommitUnknown;
      // After a broken commit it is unknown whether the rows exist. The reconciler then decides about the bytes.
      if (!(error instanceof CommitUnknown)) await this.#discard(stored);
      throw error instanceof CommitUnknown ? error.cause : error;
    }
  }

  async #read(request: FastifyRequest, keep: Keep): Promise<Form> {
    const { maxBytes, maxFiles, maxRequestBytes } = this.#settings.http;
    if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) {
      throw doorError(
        'unsupported_media_type',
        'An upload must be multipart/form-data with one or more parts named file.',
      );
    }
    const files: Promise<ReceivedFile>[] = [];
    const fields = await readMultipart(
      request.raw,
      { maxFiles, maxRequestBytes },
      async ({ field, filename, body }) => {
        if (field !== 'file') {
          throw invalid([
            {
              field,
              message: `unknown file field ${JSON.stringify(field)}; send files in parts named file`,
            },
          ]);
        }
        // Added before the wait, so that files keep their order.
        const received = receiveFile({ filename, body }, maxBytes, keep);
        files.push(received);
        await received;
      },
    );
    if (files.length === 0)
      throw invalid([
        { field: 'file', message: 'the form has no file: expected one or more parts named file' },
      ]);
    return { fields, files: await Promise.all(files) };
  }

  async #commit(
    owner: string,
    form: Form,
    claim: Claim | undefined,
    requestId: string,
  ): Promise<UploadResult> {
    const { title, caption, tags, expiresIn } = validate(UploadFields, fieldsByName(form.fields), 'form');
    const accepted = form.files.filter((file): file is StoredFile => file.kind === 'stored');
    const rejected = rejectedOf(form.files);
    if (accepted.length === 0) throw firstProblem(form.files);
    const rows = accepted.map((file) => ({
      id: file.id,
      createdAt: file.createdAt,
      filename: file.filename,
      contentType: file.contentType,
      bytes: file.bytes,
      sha256: file.sha256,
      owner,
      title: title ?? null,
      caption: caption ?? null,
      tags: tags ?? [],
      expiresIn: expiresIn ?? null,
    }));
    const catalogue = this.#catalogue;
    const images = await committed(async () => {
      // A single statement commits automatically, in one round trip instead of three.
      if (claim === undefined) return catalogue.images.insert(rows);
      return catalogue.transaction(async (sql) => {
        const inserted = await catalogue.images.insert(rows, sql);
        const answer: KeptAnswer = { images: inserted, rejected };
        const fingerprint = fingerprintOf(form.fields, form.files);
        if (await catalogue.idempotency.complete(claim, fingerprint, answer, sql)) return inserted;
        throw doorError(
          'conflict',
          'This call took too long, and another call with the same Idempotency-Key replaced it.',
          { headers: { 'retry-after': '2' } },
        );
      });
    });
    await this.#queue.enqueue(images, requestId);
    return { images, rejected, replayed: false };
  }

  async #replay(request: FastifyRequest, fingerprint: string, answer: KeptAnswer): Promise<UploadResult> {
    const form = await this.#read(request, keepNothing);
    if (fingerprintOf(form.fields, form.files) !== fingerprint) {
      throw doorError(
        'conflict',
        'This Idempotency-Key was used for a different upload within the last 24 hours.',
      );
    }
    return { images: answer.images.map(revive), rejected: answer.rejected, replayed: true };
  }

  async #discard(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.#storage.deletePrefix(originalPrefix(id)).catch((error: unknown) => {
        this.#logger.warn(
          { err: error, imageId: id },
          'could not remove the bytes of a refused upload; the reconciler will find them',
        );
      });
    }
  }
}

/** The connection broke during the commit: the rows may exist or not. */
class CommitUnknown extends Error {
  declare readonly cause: DarkroomError;

  constructor(cause: DarkroomError) {
    super('the commit may or may not have happened', { cause });
  }
}

/** @throws CommitUnknown when the connection broke during the commit */
async function committed(commit: () => Promise<CatalogueImage[]>): Promise<CatalogueImage[]> {
  try {
    return await commit();
  } catch (error) {
    throw isDarkroomError(error, 'unavailable') ? new CommitUnknown(error) : error;
  }
}

function fieldsByName(fields: readonly FormField[]): Record<string, string | string[]> {
  const tags = fields.filter(({ name }) => name === 'tags').map(({ value }) => value);
  const others = new Map<string, string>();
  for (const { name, value } of fields) {
    if (name === 'tags') continue;
    if (others.has(name))
      throw invalid([{ field: name, message: `${name} is given more than once; expected one value` }]);
    others.set(name, value);
  }
  return { ...Object.fromEntries(others), ...(tags.length > 0 && { tags }) };
}

function rejectedOf(files: readonly ReceivedFile[]): RejectedFile[] {
  return files.flatMap((file) =>
    file.kind === 'rejected' ? [{ filename: file.filename, code: file.code, message: file.message }] : [],
  );
}

function firstProblem(files: readonly ReceivedFile[]): Error {
  const first = files.find((file) => file.kind === 'rejected');
  if (first?.kind !== 'rejected') return invalid([{ field: 'file', message: 'the form has no file' }]);
  return new DarkroomError({
    code: first.code,
    status: first.status,
    message: first.message,
    errors: [{ field: 'file', message: first.message }],
  });
}

function revive(image: CatalogueImage): CatalogueImage {
  const date = (value: Date | null): Date | null => (value === null ? null : new Date(value));
  return {
    ...image,
    // An answer that the previous version stored has no step.
    step: null,
    createdAt: new Date(image.createdAt),
    readyAt: date(image.readyAt),
    expiresAt: date(image.expiresAt),
  };
}
