import type { RawHeaders } from './part-header.js';

/** Receives the parts of a form, in their order. */
export interface PartEvents {
  /** A part begins. Every {@link data} until {@link endPart} belongs to it. */
  begin(headers: RawHeaders): void;
  /** @param bytes - part of a chunk that was written; they are read before this returns */
  data(bytes: Buffer): void;
  /** The part is complete. */
  endPart(): void;
}

/** Headers of a part that are read; the others are ignored. */
const MAX_HEADERS = 20;
/** Bytes of the headers of a part: enough for the longest file name, percent-encoded. */
const MAX_HEADER_BYTES = 80 * 1024;
const HEADERS_END = '\r\n\r\n';

/**
 * Finds the parts of a multipart body (RFC 2046 section 5.1) as its chunks arrive. It copies only what may be the
 * beginning of a delimiter, and makes no streams: a form of 2 MB arrives in some 40 chunks, and each object per chunk costs
 * more than the search in it.
 */
export class MultipartParser {
  readonly #delimiter: Buffer;
  readonly #events: PartEvents;
  #state: 'preamble' | 'headers' | 'body' | 'complete' = 'preamble';
  /** Bytes of earlier chunks that are not decided yet. The first delimiter may lack its line break. */
  #held: Buffer = Buffer.from('\r\n');
  /** Bytes before the body that are searched, because a delimiter may begin with them: the headers' last line break. */
  #before = 0;

  constructor(boundary: string, events: PartEvents) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    this.#events = events;
  }

  /** Whether the last delimiter has been read. What follows it is an epilogue. */
  get isComplete(): boolean {
    return this.#state === 'complete';
  }

  /** @throws Error for a form that is malformed */
  write(chunk: Buffer): void {
    let rest: Buffer | undefined = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = NOTHING;
    while (rest !== undefined && this.#state !== 'complete')
      rest = this.#state === 'headers' ? this.#readHeaders(rest) : this.#readBody(rest);
  }

  /** Reads to the next delimiter. @returns the bytes after it; `undefined` if it is not in this chunk */
  #readBody(bytes: Buffer): Buffer | undefined {
    const at = bytes.indexOf(this.#delimiter);
    const end = at === -1 ? bytes.length - this.#tailOf(bytes) : at;
    if (this.#state === 'body') {
      if (end > this.#before) this.#events.data(bytes.subarray(this.#before, end));
      if (end > 0) this.#before = 0;
      if (at !== -1) this.#events.endPart();
    }
    if (at === -1) {
      // A copy, because the chunk is larger by far.
      this.#held = Buffer.from(bytes.subarray(end));
      return undefined;
    }
    this.#state = 'headers';
    return bytes.subarray(at + this.#delimiter.length);
  }

  /** The number of bytes at the end of a chunk that may be the beginning of a delimiter. */
  #tailOf(bytes: Buffer): number {
    const from = Math.max(0, bytes.length - this.#delimiter.length + 1);
    for (let at = bytes.indexOf(CR, from); at !== -1; at = bytes.indexOf(CR, at + 1)) {
      const length = bytes.length - at;
      if (bytes.compare(this.#delimiter, 0, length, at) === 0) return length;
    }
    return 0;
  }

  /** Reads what follows a delimiter: the end of the form, or the headers of the next part. */
  #readHeaders(bytes: Buffer): Buffer | undefined {
    if (bytes.length >= 2 && bytes[0] === DASH && bytes[1] === DASH) {
      this.#state = 'complete';
      return undefined;
    }
    const end = bytes.indexOf(HEADERS_END);
    if ((end === -1 ? bytes.length : end) > MAX_HEADER_BYTES)
      throw new Error('The headers of a part are too long');
    if (end === -1) {
      this.#held = Buffer.from(bytes);
      return undefined;
    }
    const block = bytes.toString('latin1', 0, end);
    if (block.includes(this.#delimiter.toString('latin1'))) throw new Error('A part ends within its headers');
    this.#state = 'body';
    this.#events.begin(parseHeaders(block));
    this.#before = HEADERS_END.length / 2;
    return bytes.subarray(end + this.#before);
  }
}

const NOTHING = Buffer.alloc(0);
const CR = 13;
const DASH = 45;

/**
 * Parses the lines after a delimiter. The first one is the rest of the delimiter's own line: spaces, if anything. A line
 * without a header ends them: it may be the rest of a file name with a line break.
 *
 * @throws Error for other characters after a delimiter
 */
function parseHeaders(block: string): RawHeaders {
  const [padding = '', ...lines] = block.split('\r\n');
  if (!/^[ \t]*$/.test(padding)) throw new Error('A delimiter is followed by other characters');
  const headers = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const line of lines.slice(0, MAX_HEADERS)) {
    if (/[\r\n]/.test(line)) break;
    if (/^[ \t]/.test(line) && values !== undefined) {
      // A header of several lines: only the line break goes (RFC 5322 section 2.2.3).
      values.push((values.pop() ?? '') + line);
      continue;
    }
    const [, name, value = ''] = /^([^:]+):[ \t]?(.*)$/.exec(line) ?? [];
    if (name === undefined) break;
    const key = name.toLowerCase();
    values = headers.get(key) ?? [];
    headers.set(key, values);
    values.push(value);
  }
  return Object.fromEntries(headers);
}
