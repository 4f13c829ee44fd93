import { webAssembly } from '../web-assembly.js';

// Layout of the module's memory, in bytes. All hot data fits into a core's first-level cache.
/**
 * For each channel, 256 entries of four 32-bit numbers: what its value adds to red, green and blue; the last is unused.
 */
export const CHANNEL_TABLE_BYTES = 256 * 16;
const ENCODED = 3 * CHANNEL_TABLE_BYTES;
/**
 * Steps of linear light in the table back to 8 bits. Near black, where the curve is steepest, a step is a fifth of a
 * value.
 */
export const STEPS = 16_384;
/** After the tables, on a new page. A multiple of pixels of three and of four bytes. */
const PIXELS = 65_536;
const PIXELS_BYTES = 12 * 2048;
const PAGES = 2;
/** Fraction bits in the sums of the tables. */
export const FRACTION_BITS = 12;

// WebAssembly 2.0, section 5.4: the instructions used here. Vector instructions follow a prefix.
const LOOP = [0x03, 0x40];
const END = 0x0b;
const BR_IF = 0x0d;
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
const LOAD8_U = 0x2d;
const STORE8 = 0x3a;
const I32_CONST = 0x41;
const I32_LT_U = 0x49;
const I32_ADD = 0x6a;
const I32_SHL = 0x74;
const V128_LOAD = [0xfd, 0x00];
const V128_ZERO = [0xfd, 0x0c, ...Array<number>(16).fill(0)];
const I32X4_SPLAT = [0xfd, 0x11];
const I32X4_EXTRACT_LANE = [0xfd, 0x1b];
const I32X4_SHR_S = [0xfd, 0xac, 0x01];
const I32X4_ADD = [0xfd, 0xae, 0x01];
const I32X4_MIN_S = [0xfd, 0xb6, 0x01];
const I32X4_MAX_S = [0xfd, 0xb8, 0x01];

// Section 5.3: types.
const I32 = 0x7f;
const V128 = 0x7b;

// Parameters and locals of the function.
const AT = 0;
const LAST = 1;
const PIXEL_BYTES = 2;
const SUMS = 3;

/** Loads the row of a channel's table for the pixel at `AT`. */
const row = (channel: number): number[] =>
  [
    [GET, AT, LOAD8_U, 0, channel],
    [I32_CONST, 4, I32_SHL],
    [V128_LOAD, 4, unsigned(channel * CHANNEL_TABLE_BYTES)].flat(),
  ].flat();

/** Looks up the sum of a channel in the table back to 8 bits, and writes it. */
const write = (channel: number): number[] =>
  [
    [GET, AT, GET, SUMS],
    [I32X4_EXTRACT_LANE, channel].flat(),
    [LOAD8_U, 0, unsigned(ENCODED)].flat(),
    [STORE8, 0, channel],
  ].flat();

/** For every pixel: add the rows of its three values, clamp to 0…STEPS, look up, write in place. */
const BODY = [
  // One local besides the parameters.
  [1, 1, V128],
  LOOP,
  [row(0), row(1), I32X4_ADD, row(2), I32X4_ADD].flat(),
  [I32_CONST, FRACTION_BITS, I32X4_SHR_S].flat(),
  [V128_ZERO, I32X4_MAX_S, I32_CONST, signed(STEPS), I32X4_SPLAT, I32X4_MIN_S].flat(),
  [SET, SUMS],
  [write(0), write(1), write(2)].flat(),
  [GET, AT, GET, PIXEL_BYTES, I32_ADD, TEE, AT, GET, LAST, I32_LT_U, BR_IF, 0],
  [END, END],
].flat();

const MODULE = Uint8Array.from(
  [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // Types: (i32, i32, i32) → nothing. One function of that type. One memory. Both exported.
    section(1, [1, 0x60, 3, I32, I32, I32, 0]),
    section(3, [1, 0]),
    section(5, [1, 0x00, PAGES]),
    section(7, [2, named('memory'), 2, 0, named('convert'), 0, 0].flat()),
    section(10, [1, unsigned(BODY.length), BODY].flat()),
  ].flat(),
);

interface KernelExports {
  memory: { buffer: ArrayBuffer };
  convert(at: number, end: number, pixelBytes: number): void;
}

const { exports } = new webAssembly.Instance(new webAssembly.Module(MODULE), {});
const kernel = exports as unknown as KernelExports;
const bytes = new Uint8Array(kernel.memory.buffer);

/** The tables of the channels: `CHANNEL_TABLE_BYTES` each, in sequence. */
export const channelTables = new Int32Array(kernel.memory.buffer, 0, ENCODED / 4);
/** The table back to 8 bits, by steps of linear light; STEPS is the last entry. */
export const encodedTable = bytes.subarray(ENCODED, ENCODED + STEPS + 1);

/** Applies the tables to pixels, in place. A fourth byte of a pixel stays unchanged. */
export function applyTables(data: Uint8Array, pixelBytes: 3 | 4): void {
  for (let from = 0; from < data.length; from += PIXELS_BYTES) {
    const part = data.subarray(from, from + PIXELS_BYTES);
    bytes.set(part, PIXELS);
    kernel.convert(PIXELS, PIXELS + part.length, pixelBytes);
    part.set(bytes.subarray(PIXELS, PIXELS + part.length));
  }
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function named(name: string): number[] {
  return [name.length, ...Buffer.from(name)];
}

/** LEB128: 7 bits a byte; the highest bit means that more bytes follow. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

/** The same, signed: a positive number needs a 0 in the seventh bit of its last byte. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value % 128) + 128, ...signed(Math.floor(value / 128))];
}
