import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';
import { doorError, formatBytes } from '@darkroom/errors';
import { invalid } from '../http/validate.js';
import { parseParameters } from './header-parameters.js';
import { decodeBytes, parsePartHeader, type PartHeader, type RawHeaders } from './part-header.js';

export interface MultipartLimits {
  /** Files per request. */
  maxFiles: number;
  /** Bytes per request, including the multipart framing. */
  maxRequestBytes: number;
}

/** Receives one file of a form. It must read the stream to its end; the form waits for it. */
export type FileSink = (file: {
  field: string;
  filename: string | undefined;
  body: Readable;
}) => Promise<void>;

export interface FormField {
  name: string;
  value: string;
}

/** A caption of 2,000 characters has at most 8,000 bytes, so its own limit refuses a longer one before this limit. */
const FIELD_BYTES = 64 * 1024;
const MAX_FIELDS = 200;
/** Headers of a part. */
const MAX_HEADERS = 20;
/** Milliseconds without a byte after which a client counts as disconnected. */
const IDLE_MS = 60_000;

/**
 * Reads a multipart request as a stream: each file goes to `sink` while it arrives, with back pressure on the client's
 * connection, and is never held in memory or on disk as a whole.
 *
 * @returns the fields in their order
 * @throws DarkroomError `too_large`, `invalid_request` for a form that is malformed or truncated; errors of the sink
 */
export async function readMultipart(
  request: IncomingMessage,
  limits: MultipartLimits,
  sink: FileSink,
): Promise<FormField[]> {
  if (Number(request.headers['content-length'] ?? 0) > limits.maxRequestBytes) throw requestTooLarge(limits);
  const parser = createParser(request);
  const form = new FormParts(limits, sink);
  try {
    await new Promise<void>((resolve, reject) => {
      watchClient(request, reject);
      limitBytes(request, limits, reject);
      parser.on('part', (part) => {
        // An unfinished part fails if the form breaks off. The error of the form is more precise.
        part.on('error', () => undefined);
        part.on('header', (headers) => void form.begin(headers as RawHeaders, part).catch(reject));
      });
      parser.on('error', (error) => reject(malformed(error)));
      parser.on('finish', () => resolve());
      request.pipe(parser);
    });
    // Reads and drops what may follow the last part (an epilogue, RFC 2046 section 5.1.1).
    request.resume();
    return await form.end();
  } catch (error) {
    request.unpipe(parser);
    parser.destroy();
    // Reads and drops the rest of the request, so that the client can read the answer.
    request.resume();
    await form.breakOff(malformed(error));
    throw error;
  } finally {
    request.setTimeout(0);
  }
}

/** The parts of one form, in their order. */
class FormParts {
  readonly #limits: MultipartLimits;
  readonly #sink: FileSink;
  readonly #fields: Promise<FormField>[] = [];
  readonly #files: Promise<void>[] = [];
  readonly #bodies: Readable[] = [];

  constructor(limits: MultipartLimits, sink: FileSink) {
    this.#limits = limits;
    this.#sink = sink;
  }

  /** Receives a part. @throws DarkroomError as {@link readMultipart} */
  async begin(headers: RawHeaders, body: Readable): Promise<void> {
    this.#bodies.push(body);
    const header = parsePartHeader(headers);
    if (header === undefined) throw malformed(undefined);
    const { name, filename, type } = header;
    // A part is a file if it has a file name, or if it is an untyped part of the field `file`.
    if (filename !== undefined || (name === 'file' && type === 'application/octet-stream')) {
      if (this.#files.length === this.#limits.maxFiles) throw tooManyFiles(this.#limits);
      const received = this.#sink({ field: name, filename, body });
      this.#files.push(received);
      return received;
    }
    if (this.#fields.length === MAX_FIELDS)
      throw invalid([{ field: '', message: `the form can have up to ${MAX_FIELDS} fields` }]);
    const field = readField(header, body);
    this.#fields.push(field);
    await field;
  }

  /** Waits for the last parts. @returns the fields */
  async end(): Promise<FormField[]> {
    await Promise.all(this.#files);
    return Promise.all(this.#fields);
  }

  /** Ends the parts that the parser has left unfinished: their readers would wait forever. */
  async breakOff(error: Error): Promise<void> {
    for (const body of this.#bodies) body.destroy(error);
    await Promise.allSettled([...this.#files, ...this.#fields]);
  }
}

async function readField({ name, charset }: PartHeader, body: Readable): Promise<FormField> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > FIELD_BYTES) {
      const limit = FIELD_BYTES.toLocaleString('en');
      const message = `${name} is longer than the ${limit} bytes that a field can have`;
      throw invalid([{ field: name, message }]);
    }
    chunks.push(chunk);
  }
  const value = decodeBytes(Buffer.concat(chunks), charset);
  if (value === undefined)
    throw invalid([
      { field: name, message: `${name} is not valid ${charset === 'utf-8' ? 'UTF-8' : 'text'}` },
    ]);
  return { name, value };
}

/** @throws DarkroomError `invalid_request` for a form without a boundary (RFC 2046 section 5.1.1) */
function createParser(request: IncomingMessage): Dicer {
  const { parameters } = parseParameters(request.headers['content-type'] ?? '');
  const boundary = parameters.get('boundary') ?? '';
  if (boundary === '' || boundary.length > 200) throw malformed(undefined);
  return new Dicer({ boundary, maxHeaderPairs: MAX_HEADERS });
}

/** Rejects if the client disconnects before the end, or sends nothing for a minute. */
function watchClient(request: IncomingMessage, reject: (error: Error) => void): void {
  const gone = (): void => {
    if (!request.complete)
      reject(invalid([{ field: 'file', message: 'the request ended before the form was complete' }]));
  };
  // The client may have disconnected before this listener; `close` is not emitted again.
  if (request.destroyed) gone();
  request.once('close', gone);
  request.once('error', gone);
  request.setTimeout(IDLE_MS, () => request.destroy());
}

function limitBytes(request: IncomingMessage, limits: MultipartLimits, reject: (error: Error) => void): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.maxRequestBytes) reject(requestTooLarge(limits));
  });
}

function requestTooLarge(limits: MultipartLimits): Error {
  return doorError(
    'too_large',
    `The request is larger than the limit of ${formatBytes(limits.maxRequestBytes)}.`,
  );
}

function tooManyFiles(limits: MultipartLimits): Error {
  return doorError('too_large', `An upload can have up to ${limits.maxFiles} files.`);
}

function malformed(cause: unknown): Error {
  return doorError('invalid_request', 'The body is not a complete multipart/form-data form.', {
    cause,
    errors: [
      { field: 'file', message: 'expected a multipart/form-data body with one or more parts named file' },
    ],
  });
}
