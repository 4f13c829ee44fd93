import type { ReadPart } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';

/** Bytes of a value by its type (TIFF 6.0; 13 is a pointer to a directory, of TIFF's technical note 1). */
const NUMBER_BYTES: Record<number, 2 | 4> = { 3: 2, 4: 4, 13: 4 };
const ENTRY_BYTES = 12;
/** Real directories have a few dozen entries; the limit keeps a hostile count from causing a long read. */
const ENTRIES_MAX = 512;
/** The strips of 100 megapixels, one row each. */
const NUMBERS_MAX = 65_536;
/** Real files have fewer than ten; the limit and the set of places end a chain that is a circle. */
const DIRECTORIES_MAX = 64;

const SUB_IFDS = 330;

/** A field of a directory. `value` is the offset of its values when they are longer than four bytes. */
interface Field {
  type: number;
  count: number;
  /** Position of the field's own four bytes. */
  at: number;
  value: number;
}

/** The structure of a TIFF: byte order and a way to read it. */
export interface TiffSource {
  read: ReadPart;
  isLittle: boolean;
  /** Added to every offset in it; 0 for a whole file. */
  base: number;
}

/** One directory of a TIFF structure (TIFF 6.0, section 2). Fields that are missing, or of another type, have no values. */
export class TiffDirectory {
  /** Offset of the next directory; 0 after the last one. */
  readonly next: number;
  /** Whether the file has all its fields, and at least one. */
  readonly isWhole: boolean;
  readonly #source: TiffSource;
  readonly #fields = new Map<number, Field>();

  /** @param at - offset of the directory, without the base */
  constructor(source: TiffSource, at: number) {
    this.#source = source;
    const start = source.base + at;
    const count = this.#number(source.read(start, 2), 0, 2);
    const bytes = Math.min(ENTRIES_MAX, count) * ENTRY_BYTES;
    const entries = source.read(start + 2, bytes);
    this.isWhole = count > 0 && entries.length === bytes;
    for (let entry = 0; entry + ENTRY_BYTES <= entries.length; entry += ENTRY_BYTES) {
      const tag = this.#number(entries, entry, 2);
      if (this.#fields.has(tag)) continue;
      this.#fields.set(tag, {
        type: this.#number(entries, entry + 2, 2),
        count: this.#number(entries, entry + 4, 4),
        at: start + 2 + entry + 8,
        value: this.#number(entries, entry + 8, 4),
      });
    }
    this.next = this.#number(source.read(start + 2 + count * ENTRY_BYTES, 4), 0, 4);
  }

  /** The first number of a field. */
  number(tag: number): number | undefined {
    return this.numbers(tag)[0];
  }

  /**
   * The numbers of a field of type SHORT, LONG or IFD.
   *
   * @throws PictureFault `corrupt_image` when the file ends before them
   */
  numbers(tag: number): number[] {
    const field = this.#fields.get(tag);
    const size = NUMBER_BYTES[field?.type ?? 0];
    if (field === undefined || size === undefined) return [];
    const bytes = Math.min(NUMBERS_MAX, field.count) * size;
    const data = this.#source.read(bytes <= 4 ? field.at : this.#source.base + field.value, bytes);
    if (data.length < bytes) throw new PictureFault('corrupt_image');
    return Array.from({ length: data.length / size }, (_, index) => this.#number(data, index * size, size));
  }

  /** The place of a field's bytes in the file, when there are more than four. */
  place(tag: number): { offset: number; length: number } | undefined {
    const field = this.#fields.get(tag);
    if (field === undefined || field.count <= 4) return undefined;
    return { offset: this.#source.base + field.value, length: field.count };
  }

  /** 0 beyond the end. */
  #number(bytes: Uint8Array, at: number, size: 2 | 4): number {
    if (at + size > bytes.length) return 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { isLittle } = this.#source;
    return size === 2 ? view.getUint16(at, isLittle) : view.getUint32(at, isLittle);
  }
}

/** The directories of a file. */
export interface Directories {
  found: TiffDirectory[];
  /** Whether the file names a directory that is not in it. */
  lacksSome: boolean;
}

/**
 * Reads the directories of a file and their sub-directories; ends at a limit, and never runs in circles.
 *
 * @throws PictureFault `corrupt_image` when a sub-directory is missing. A chain that leads nowhere is only noted: some
 *   writers leave its end unset.
 */
export function readDirectories(source: TiffSource, first: number): Directories {
  const found: TiffDirectory[] = [];
  const seen = new Set<number>();
  let lacksSome = false;
  const visit = (at: number): TiffDirectory | undefined => {
    if (at === 0 || seen.has(at) || seen.size === DIRECTORIES_MAX) return undefined;
    seen.add(at);
    const directory = new TiffDirectory(source, at);
    if (directory.isWhole) found.push(directory);
    else lacksSome = true;
    return directory;
  };
  for (let directory = visit(first); directory !== undefined; directory = visit(directory.next)) {
    for (const sub of directory.numbers(SUB_IFDS).slice(0, DIRECTORIES_MAX)) {
      if (visit(sub)?.isWhole === false) throw new PictureFault('corrupt_image');
    }
  }
  return { found, lacksSome };
}
