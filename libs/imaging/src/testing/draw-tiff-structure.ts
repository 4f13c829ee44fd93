/** A value of a field: a number; a text; bytes elsewhere in the file, or the field's own; directories. */
export type Value =
  | number
  | { text: string }
  | { data: Buffer; /** Whether the field holds the bytes; otherwise their offset. */ isBlock?: boolean }
  | { directories: DrawnDirectory[] };

/** Fields by their tags. A tag that is set again replaces the one before. */
export type DrawnDirectory = Map<number, Value>;

export interface DrawnTiff {
  /** Each names the next one. */
  directories: DrawnDirectory[];
  isLittle?: boolean;
  /** The number after the byte order; 42 by default. */
  magic?: number;
  /** Bytes between the header and the first directory. */
  prefix?: Buffer;
  /** Replaces the header; the first directory then follows it at once. */
  header?: Buffer;
}

const ENTRY_BYTES = 12;
const [ASCII, SHORT, LONG, UNDEFINED] = [2, 3, 4, 7];

/** Draws a TIFF structure (TIFF 6.0, section 2) of any directories. Offsets count from its start. */
export function drawDirectories({
  directories,
  isLittle = true,
  magic = 42,
  prefix = Buffer.alloc(0),
  header,
}: DrawnTiff): Buffer {
  const structure = new Structure(isLittle);
  if (header === undefined) {
    structure.append(Buffer.from(isLittle ? 'II' : 'MM'));
    structure.append(structure.number(magic, 2));
    structure.append(structure.number(8 + prefix.length, 4));
    structure.append(prefix);
  } else structure.append(header);
  structure.chain(directories);
  return structure.bytes();
}

class Structure {
  readonly #isLittle: boolean;
  readonly #parts: Buffer[] = [];
  #length = 0;

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** @returns the offset of the bytes */
  append(bytes: Buffer): number {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this.#length - bytes.length;
  }

  number(value: number, bytes: 2 | 4): Buffer {
    const buffer = Buffer.alloc(bytes);
    if (this.#isLittle) buffer.writeUIntLE(value, 0, bytes);
    else buffer.writeUIntBE(value, 0, bytes);
    return buffer;
  }

  /** @returns the offset of the first one */
  chain(directories: readonly DrawnDirectory[]): number {
    const [first, ...others] = directories;
    if (first === undefined) return 0;
    const block = Buffer.alloc(2 + first.size * ENTRY_BYTES + 4);
    const at = this.append(block);
    this.number(first.size, 2).copy(block, 0);
    [...first.entries()].forEach(([tag, value], index) => {
      this.#field(tag, value).copy(block, 2 + index * ENTRY_BYTES);
    });
    this.number(this.chain(others), 4).copy(block, block.length - 4);
    return at;
  }

  #field(tag: number, value: Value): Buffer {
    const { type, count, content } = this.#content(value);
    const own = content.length <= 4 ? content : this.number(this.append(content), 4);
    return Buffer.concat(
      [this.number(tag, 2), this.number(type, 2), this.number(count, 4), own, Buffer.alloc(4)],
      12,
    );
  }

  #content(value: Value): { type: number; count: number; content: Buffer } {
    if (typeof value === 'number') {
      const size = value < 0x1_0000 ? 2 : 4;
      return { type: size === 2 ? SHORT : LONG, count: 1, content: this.number(value, size) };
    }
    if ('text' in value)
      return { type: ASCII, count: value.text.length + 1, content: Buffer.from(`${value.text}\0`) };
    if ('directories' in value) {
      const places = value.directories.map((directory) => this.number(this.chain([directory]), 4));
      return { type: LONG, count: places.length, content: Buffer.concat(places) };
    }
    const { data, isBlock = false } = value;
    if (isBlock) return { type: UNDEFINED, count: data.length, content: data };
    return { type: LONG, count: 1, content: this.number(this.append(data), 4) };
  }
}
