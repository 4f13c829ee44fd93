import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { doorError, formatBytes } from '@darkroom/errors';
import { invalid } from '../http/validate.js';

export interface MultipartLimits {
  /** Files a request. */
  maxFiles: number;
  /** Bytes a request, its frame included. */
  maxRequestBytes: number;
}

/** Takes one file of a form. It must read the stream to its end; the form waits for it. */
export type FileSink = (file: {
  field: string;
  filename: string | undefined;
  body: Readable;
}) => Promise<void>;

export interface FormField {
  name: string;
  value: string;
}

/** A caption of 2,000 characters has at most 8,000 bytes; anything longer is refused by its own limit, not cut. */
const FIELD_BYTES = 64 * 1024;
const MAX_FIELDS = 200;
/** Milliseconds without a single byte after which a client counts as gone. */
const IDLE_MS = 60_000;

/**
 * Reads a multipart request as it arrives: each file goes to `sink` while it comes in, with its back pressure on the
 * client's connection, and never sits in memory or on disk as a whole.
 *
 * @returns the fields in the order in which they came
 * @throws DarkroomError `too_large`, `invalid_request` for a form that is malformed or cut off; what the sink throws
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
        // An unfinished part errors when the form breaks off; the form's own error says it better.
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
        reject(invalid([{ field: '', message: `the form takes ${MAX_FIELDS} fields at most` }])),
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
    // The parser ends none of them; without that, whoever reads one would wait for ever.
    for (const body of bodies) body.destroy(malformed(error));
    // What is still on its way is read and dropped, so that the client gets to read the answer.
    request.resume();
    await Promise.allSettled(sinks);
    throw error;
  } finally {
    request.setTimeout(0);
  }
  return fields;
}

/** What is wrong with a field's value, if anything. */
function faultOf(name: string, value: string, isTruncated: boolean): string | undefined {
  if (isTruncated) return `${name} is longer than the ${FIELD_BYTES} bytes a field may have`;
  // Bytes that are no UTF-8 arrive as this character: what was meant is lost.
  if (value.includes('\uFFFD')) return `${name} holds bytes that are no UTF-8; it takes Unicode text`;
  return undefined;
}

/**
 * Parts that the parser has met. It leaves out those whose headers it cannot read (a line break in a name, no
 * form-data) without a word, and tells their number nowhere but in here (@fastify/busboy 3.2, lib/types/multipart.js).
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
      // A part is a file when it has a file name, or is of the field for files whatever it says of itself.
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

/** Rejects when the client hangs up before the end, or says nothing for a minute. */
function watchClient(request: IncomingMessage, reject: (error: Error) => void): void {
  const gone = (): void => {
    if (!request.complete)
      reject(invalid([{ field: 'file', message: 'the request was cut off before its end' }]));
  };
  // Gone before anybody listened: its end will not be told again.
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
  return doorError(
    'too_large',
    `The request has more than the ${limits.maxFiles} files that one call takes.`,
  );
}

function malformed(cause: unknown): Error {
  return doorError('invalid_request', 'The body is not a whole multipart/form-data form.', {
    cause,
    errors: [
      { field: 'file', message: 'takes a multipart/form-data body with one or more parts named file' },
    ],
  });
}
