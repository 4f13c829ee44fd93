/** A frame of a drawn GIF; every pixel of it has one colour of the table, unless it comes with its data. */
export interface GifFrame {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Index of the colour. */
  colour: number;
  /** 0 or 1: keep, 2: restore the background, 3: restore what was there before; some programs write 4 for 3. */
  disposal?: 0 | 1 | 2 | 3 | 4;
  /** Index of the transparent colour; without it, the frame has no transparency flag. */
  transparent?: number;
  /** Coded pixels, with the bits of an index before them. */
  data?: Buffer;
}

export interface GifParts {
  width: number;
  height: number;
  /** Up to 256 colours. */
  colours: readonly (readonly [number, number, number])[];
  /** Index of the background colour. */
  background?: number;
  /** Bits of a colour index. The default is the fewest that fit the colours. */
  bits?: number;
  /** How often the animation repeats; 0 is for ever. Without it, it plays once. */
  loop?: number;
  frames: readonly GifFrame[];
}

/** Draws a GIF (GIF89a) of frames at any position of the canvas, each 100 ms long. */
export function drawGif({ width, height, colours, background = 0, bits, loop, frames }: GifParts): Buffer {
  const depth = bits ?? Math.max(2, Math.ceil(Math.log2(colours.length)));
  const table = Buffer.alloc(3 * 2 ** depth);
  colours.forEach((colour, index) => table.set(colour, index * 3));
  const screen = Buffer.from([...u16(width), ...u16(height), 0x80 | (depth - 1), background, 0]);
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    screen,
    table,
    ...(loop === undefined ? [] : [repetition(loop)]),
    ...frames.flatMap((frame) => [control(frame), descriptor(frame), frame.data ?? codes(frame, depth)]),
    Buffer.from(';'),
  ]);
}

/** The application extension of Netscape. */
function repetition(loop: number): Buffer {
  const name = Buffer.from('NETSCAPE2.0', 'latin1');
  return Buffer.concat([Buffer.from([0x21, 0xff, 11]), name, Buffer.from([3, 1, ...u16(loop), 0])]);
}

function control({ disposal = 0, transparent }: GifFrame): Buffer {
  const packed = (disposal << 2) | (transparent === undefined ? 0 : 1);
  return Buffer.from([0x21, 0xf9, 4, packed, ...u16(10), transparent ?? 0, 0]);
}

function descriptor({ left, top, width, height }: GifFrame): Buffer {
  return Buffer.from([0x2c, ...u16(left), ...u16(top), ...u16(width), ...u16(height), 0]);
}

/** LZW codes that repeat nothing: a clear code comes before the codes would grow by a bit. */
function codes({ width, height, colour }: GifFrame, depth: number): Buffer {
  const clear = 2 ** depth;
  const bits = new BitWriter(depth + 1);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    if (pixel % (clear - 2) === 0) bits.write(clear);
    bits.write(colour);
  }
  bits.write(clear + 1);
  const data = bits.bytes();
  const blocks: Buffer[] = [Buffer.from([depth])];
  for (let at = 0; at < data.length; at += 255) {
    const block = data.subarray(at, at + 255);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}

/** Writes codes of a fixed size, the lowest bit first. */
class BitWriter {
  readonly #size: number;
  readonly #bytes: number[] = [];
  #held = 0;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  write(code: number): void {
    this.#held |= code << this.#count;
    this.#count += this.#size;
    for (; this.#count >= 8; this.#count -= 8) {
      this.#bytes.push(this.#held & 0xff);
      this.#held >>>= 8;
    }
  }

  bytes(): Buffer {
    return Buffer.from(this.#count > 0 ? [...this.#bytes, this.#held] : this.#bytes);
  }
}

const u16 = (value: number): [number, number] => [value & 0xff, value >> 8];
