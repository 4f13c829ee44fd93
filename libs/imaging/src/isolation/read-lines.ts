import type { Readable } from 'node:stream';

/**
 * Calls back with every line of a stream, without its line end.
 *
 * @param maxBytes - a longer line stops the reading
 * @param onTooLong - called when a line is too long
 */
export function readLines(
  stream: Readable,
  maxBytes: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a)) {
      onLine(bytes.toString('utf8', 0, end));
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
    if (rest.length <= maxBytes) return;
    stream.off('data', read);
    stream.resume();
    onTooLong();
  };
  stream.on('data', read);
}
