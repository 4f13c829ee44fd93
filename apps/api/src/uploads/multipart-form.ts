import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { doorError, formatBytes } from '@darkroom/errors';
import { invalid } from '../http/validate.js';

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
  const parser = createParser(request, limits);
  const fields: FormField[] = [];
  const bodies: Readable[] = [];
  const sinks: Promise<void>[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      watchClient(request, reject);
      limitBytes(request, limits, reject);
      parser.on('file', (field, body, filename) => {
        // An unfinished part fails if the form breaks off. The error of the form is more precise.
        body.on('error', () => undefined);
        bodies.push(body);
        const done = sink({ field, filename, body });
        sinks.push(done);
        done.catch(reject);
      });
      parser.on('field', (name, value, _nameTruncated, valueTruncated) => {
        const fault = faultOf(name, value, valueTruncated);
        if (fault === undefined) fields.push({ name, value });
        else reject(invalid([{ field: name, message: fault }]));
      });
      parser.on('filesLimit', () => reject(tooManyFiles(limits)));
      parser.on('fieldsLimit', () =>
        reject(invalid([{ field: '', message: `the form can have up to ${MAX_FIELDS} fields` }])),
      );
      parser.on('error', (error) => reject(malformed(error)));
      parser.on('finish', () => {
        if (partsOf(parser) === fields.length + bodies.length) resolve();
        else reject(malformed(undefined));
      });
      request.pipe(parser);
    });
    await Promise.all(sinks);
  } catch (error) {
    request.unpipe(parser);
    parser.destroy();
    // The parser does not end them, and their readers would wait forever.
    for (const body of bodies) body.destroy(malformed(error));
    // Reads and drops the rest of the request, so that the client can read the answer.
    request.resume();
    await Promise.allSettled(sinks);
    throw error;
  } finally {
    request.setTimeout(0);
  }
  return fields;
}

/** The fault of a field's value, if it has one. */
function faultOf(name: string, value: string, isTruncated: boolean): string | undefined {
  if (isTruncated)
    return `${name} is longer than the ${FIELD_BYTES.toLocaleString('en')} bytes that a field can have`;
  // Bytes that are not UTF-8 arrive as this character; the original value is lost.
  if (value.includes('\uFFFD')) return `${name} is not valid UTF-8`;
  return undefined;
}

/**
 * Number of parts that the parser has found. It silently skips parts whose headers it cannot read (a line break in a
 * name, not form-data), and counts them only in this private field (@fastify/busboy 3.2, lib/types/multipart.js).
 */
function partsOf(parser: BusboyInstance): number {
  const { _parser: { _nparts = Number.NaN } = {} } = parser as BusboyInstance & {
    _parser?: { _nparts?: number };
  };
  return _nparts;
}

function createParser(request: IncomingMessage, limits: MultipartLimits): BusboyInstance {
  const contentType = request.headers['content-type'] ?? '';
  if (!/boundary=/i.test(contentType)) throw malformed(undefined);
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': contentType } satisfies BusboyHeaders,
      preservePath: true,
      // A part is a file if it has a file name, or if it is an untyped part of the field `file`.
      isPartAFile: (field, type, filename) =>
        filename !== undefined || (field === 'file' && type === 'application/octet-stream'),
      limits: {
        files: limits.maxFiles,
        fields: MAX_FIELDS,
        fieldSize: FIELD_BYTES,
        fieldNameSize: 200,
        headerPairs: 20,
      },
    });
  } catch (error) {
    throw malformed(error);
  }
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
