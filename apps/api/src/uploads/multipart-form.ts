import type { IncomingMessage } from 'node:http';
import { DarkroomError, doorError, formatBytes } from '@darkroom/errors';
import { invalid } from '../http/validate.js';
import { FileBody, PIECE_BYTES } from './file-body.js';
import { parseParameters } from './header-parameters.js';
import { MultipartParser, type PartEvents } from './multipart-parser.js';
import { decodeBytes, parsePartHeader, type PartHeader, type RawHeaders } from './part-header.js';

export interface MultipartLimits {
  /** Files per request. */
  maxFiles: number;
  /** Bytes per request, including the multipart framing. */
  maxRequestBytes: number;
}

/** Receives one file of a form. It must read the body to its end; the form waits for it. */
export type FileSink = (file: {
  field: string;
  filename: string | undefined;
  body: FileBody;
}) => Promise<void>;

export interface FormField {
  name: string;
  value: string;
}

/** A caption of 2,000 characters has at most 8,000 bytes, so its own limit refuses a longer one before this limit. */
const FIELD_BYTES = 64 * 1024;
const MAX_FIELDS = 200;
/** Bytes of a form that may wait in memory for storage: many small files may arrive faster than they are stored. */
const MAX_WAITING = 2 * PIECE_BYTES;
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
  const boundary = boundaryOf(request);
  const form = new FormParts(limits, sink, request);
  try {
    await new Promise<void>((resolve, reject) => {
      form.onError = reject;
      watchClient(request, reject);
      feed(request, new MultipartParser(boundary, form), { limits, form, resolve, reject });
    });
    // Reads and drops what may follow the last part (an epilogue, RFC 2046 section 5.1.1).
    stopFeeding(request);
    return await form.end();
  } catch (error) {
    // Reads and drops the rest of the request, so that the client can read the answer.
    stopFeeding(request);
    await form.breakOff(malformed(error));
    throw error;
  } finally {
    request.setTimeout(0);
  }
}

/** The parts of one form, in their order. */
class FormParts implements PartEvents {
  readonly #limits: MultipartLimits;
  readonly #sink: FileSink;
  readonly #request: IncomingMessage;
  readonly #fields: FormField[] = [];
  readonly #files: Promise<void>[] = [];
  readonly #bodies: FileBody[] = [];
  #part: { body: FileBody } | { header: PartHeader; chunks: Buffer[]; bytes: number } | undefined;
  #isPaused = false;
  /** Receives the first error of a sink. */
  onError: (error: unknown) => void = () => undefined;

  constructor(limits: MultipartLimits, sink: FileSink, request: IncomingMessage) {
    this.#limits = limits;
    this.#sink = sink;
    this.#request = request;
  }

  /** Lets the connection wait while too much of the form waits to be stored. */
  pauseIfFull(): void {
    this.#isPaused = this.#isFull();
    if (this.#isPaused) this.#request.pause();
  }

  /** @throws DarkroomError as {@link readMultipart} */
  begin(headers: RawHeaders): void {
    const header = parsePartHeader(headers);
    if (header === undefined) throw malformed(undefined);
    const { name, filename, type } = header;
    // A part is a file if it has a file name, or if it is an untyped part of the field `file`.
    if (filename !== undefined || (name === 'file' && type === 'application/octet-stream')) {
      if (this.#files.length === this.#limits.maxFiles) throw tooManyFiles(this.#limits);
      const body = new FileBody(lengthOf(this.#request), () => this.#resumeIfPossible());
      this.#part = { body };
      this.#bodies.push(body);
      const received = this.#sink({ field: name, filename, body });
      this.#files.push(received);
      received.catch((error: unknown) => this.onError(error));
      return;
    }
    if (this.#fields.length === MAX_FIELDS)
      throw invalid([{ field: '', message: `the form can have up to ${MAX_FIELDS} fields` }]);
    this.#part = { header, chunks: [], bytes: 0 };
  }

  /** @throws DarkroomError `invalid_request` for a field that is too long */
  data(bytes: Buffer): void {
    const part = this.#part;
    if (part === undefined) return;
    if ('body' in part) {
      part.body.push(bytes);
      return;
    }
    part.bytes += bytes.length;
    if (part.bytes > FIELD_BYTES) {
      const limit = FIELD_BYTES.toLocaleString('en');
      const { name } = part.header;
      const message = `${name} is longer than the ${limit} bytes that a field can have`;
      throw invalid([{ field: name, message }]);
    }
    part.chunks.push(Buffer.from(bytes));
  }

  /** @throws DarkroomError `invalid_request` for a field that is not text */
  endPart(): void {
    const part = this.#part;
    this.#part = undefined;
    if (part === undefined) return;
    if ('body' in part) part.body.end();
    else this.#fields.push(fieldOf(part.header, Buffer.concat(part.chunks)));
  }

  /** Waits for the last files. @returns the fields */
  async end(): Promise<FormField[]> {
    await Promise.all(this.#files);
    return this.#fields;
  }

  /** Ends the files that are unfinished: their readers would wait forever. */
  async breakOff(error: Error): Promise<void> {
    for (const body of this.#bodies) body.fail(error);
    await Promise.allSettled(this.#files);
  }

  #isFull(): boolean {
    if (this.#part !== undefined && 'body' in this.#part && this.#part.body.isAhead) return true;
    return this.#bodies.reduce((sum, { waiting }) => sum + waiting, 0) > MAX_WAITING;
  }

  #resumeIfPossible(): void {
    if (!this.#isPaused || this.#isFull()) return;
    this.#isPaused = false;
    this.#request.resume();
  }
}

function fieldOf({ name, charset }: PartHeader, bytes: Buffer): FormField {
  const value = decodeBytes(bytes, charset);
  if (value === undefined)
    throw invalid([
      { field: name, message: `${name} is not valid ${charset === 'utf-8' ? 'UTF-8' : 'text'}` },
    ]);
  return { name, value };
}

/** @throws DarkroomError `invalid_request` for a form without a boundary (RFC 2046 section 5.1.1) */
function boundaryOf(request: IncomingMessage): string {
  const { parameters } = parseParameters(request.headers['content-type'] ?? '');
  const boundary = parameters.get('boundary') ?? '';
  if (boundary === '' || boundary.length > 200) throw malformed(undefined);
  return boundary;
}

/** Bytes of the whole request; `undefined` if it is sent in chunks. */
function lengthOf(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

interface Feeding {
  limits: MultipartLimits;
  form: FormParts;
  /** The form is complete. */
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Passes the request to the parser as it arrives, no faster than the files are read. */
function feed(request: IncomingMessage, parser: MultipartParser, feeding: Feeding): void {
  const { limits, form, resolve, reject } = feeding;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    try {
      if (bytes > limits.maxRequestBytes) throw requestTooLarge(limits);
      parser.write(chunk);
    } catch (error) {
      stopFeeding(request);
      reject(error instanceof DarkroomError ? error : malformed(error));
      return;
    }
    if (parser.isComplete) resolve();
    else form.pauseIfFull();
  });
  request.on('end', () => reject(malformed(new Error('The form has no end'))));
}

function stopFeeding(request: IncomingMessage): void {
  request.removeAllListeners('data');
  request.resume();
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
