import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { formatBytes, PictureFault } from '@darkroom/errors';
import type { Context } from '../context.js';
import type { Size } from '../variant-size.js';
import { webAssembly, type WasmModule } from '../web-assembly.js';

/** The part of `@imagemagick/magick-wasm` that Darkroom uses. The package's types need those of the browser. */
interface Magick {
  ConfigurationFiles: { default: { policy: { data: string } } };
  MagickReadSettings: new (settings: {
    format: MagickFormat;
    frameIndex?: number;
    frameCount?: number;
  }) => object;
  MagickImage: { create(file: Uint8Array, settings: object): MagickImage };
  initializeImageMagick(module: WasmModule, configuration: object): Promise<void>;
}

interface MagickImage {
  readonly width: number;
  readonly height: number;
  /** Setting it converts the pixels. */
  colorSpace: number;
  getProfile(name: string): { data: Uint8Array } | null;
  getPixels<T>(use: (pixels: MagickPixels) => T): T;
}

interface MagickPixels {
  toByteArray(x: number, y: number, width: number, height: number, mapping: string): Uint8Array | null;
}

export type MagickFormat = 'JXL' | 'JP2' | 'J2K';

/** Values of `ColorSpace`: linear RGB, and spaces of luma and chroma. */
const LINEAR_RGB = 21;
const SRGB = 23;
const CONVERTED = new Set([19, 33, 36, 37]);

/**
 * Only the coders of our formats, and only to read: ImageMagick has 200 others, and some read what a file names. There
 * are no files and no network in this WebAssembly anyway.
 */
const POLICY = `<policymap>
  <policy domain="delegate" rights="none" pattern="*"/>
  <policy domain="filter" rights="none" pattern="*"/>
  <policy domain="path" rights="none" pattern="*"/>
  <policy domain="coder" rights="none" pattern="*"/>
  <policy domain="coder" rights="read" pattern="{JXL,JP2,J2K}"/>
  <policy domain="resource" name="disk" value="0B"/>
</policymap>`;

/** `ResourceLimitError` of ImageMagick's severities. */
const RESOURCE_LIMIT = 400;

export interface MagickResult {
  /** Row by row, 8 bits a sample. */
  pixels: Uint8Array;
  /** The profile that the file states; null without one. */
  icc: Buffer | null;
}

export interface MagickRequest extends Size {
  format: MagickFormat;
  /** 1: grey, 2: grey and alpha, 3: RGB, 4: RGB and alpha. */
  channels: 1 | 2 | 3 | 4;
  /** Whether linear pixels become sRGB here, because no profile describes them. */
  linearToSrgb?: boolean;
}

const MAPPINGS = { 1: 'R', 2: 'RA', 3: 'RGB', 4: 'RGBA' } as const;

/**
 * Memory of the process and the compiled module, and of a pixel: the codec's own samples of 32 bits, ImageMagick's
 * pixels, our copy and the TIFF. Measured with 12 and 48 megapixels.
 */
const BASE_BYTES = 160 * 2 ** 20;
const PIXEL_BYTES = 24;

/**
 * Decodes a picture with ImageMagick in WebAssembly.
 *
 * Blocks this process for the whole decoding. The deadline is checked before and after; the parent process enforces it
 * from outside.
 *
 * @throws PictureFault `corrupt_image`, also when the size differs from the stated one; `out_of_memory`
 */
export async function decodeWithMagick(
  file: Buffer,
  request: MagickRequest,
  { deadline, limits }: Pick<Context, 'deadline' | 'limits'>,
): Promise<MagickResult> {
  const bytes = request.width * request.height * PIXEL_BYTES + BASE_BYTES;
  if (limits.memoryBytes !== undefined && bytes > limits.memoryBytes) {
    throw new PictureFault(
      'out_of_memory',
      `This picture needs ${formatBytes(bytes)} of memory. The limit is ${formatBytes(limits.memoryBytes)}. Scale it down.`,
    );
  }
  const magick = await createMagick();
  deadline.check();
  try {
    return decode(magick, file, request);
  } catch (error) {
    throw magickFault(error);
  } finally {
    deadline.check();
  }
}

function decode(
  magick: Magick,
  file: Buffer,
  { format, width, height, channels, linearToSrgb = false }: MagickRequest,
): MagickResult {
  // A number of frames makes the coder of JPEG 2000 decode a single tile.
  const frames = format === 'JXL' ? { frameIndex: 0, frameCount: 1 } : {};
  const image = magick.MagickImage.create(file, new magick.MagickReadSettings({ format, ...frames }));
  if (image.width !== width || image.height !== height) throw new PictureFault('corrupt_image');
  const { colorSpace } = image;
  if (CONVERTED.has(colorSpace) || (linearToSrgb && colorSpace === LINEAR_RGB)) image.colorSpace = SRGB;
  const pixels = image.getPixels((all) => all.toByteArray(0, 0, width, height, MAPPINGS[channels]));
  if (pixels?.length !== width * height * channels) throw new PictureFault('corrupt_image');
  const icc = image.getProfile('icc');
  return { pixels, icc: icc ? Buffer.from(icc.data) : null };
}

/** The picture causes every error of the decoder. The memory that it happened in is discarded. */
function magickFault(error: unknown): unknown {
  if (error instanceof PictureFault || !(error instanceof Error)) return error;
  const { severity } = error as { severity?: number };
  const isMemory = severity === RESOURCE_LIMIT || /memory ?allocation|OOM|out of memory/i.test(error.message);
  return new PictureFault(isMemory ? 'out_of_memory' : 'corrupt_image', undefined, error);
}

let compiled: WasmModule | undefined;

/**
 * Creates an ImageMagick with separate memory, in about 40 ms; the compiled code is shared. Use one for each picture:
 * WebAssembly memory never shrinks, and memory in which a hostile picture has trapped cannot be trusted again.
 *
 * The package keeps its one instance in its module, so the module is loaded again. Compiling, at the first such picture
 * of a process, costs 80 ms and 30 MB.
 */
async function createMagick(): Promise<Magick> {
  // A new function for each load: Node lists the loaded modules in the one that required them.
  const require = createRequire(import.meta.url);
  compiled ??= new webAssembly.Module(readFileSync(require.resolve('@imagemagick/magick-wasm/magick.wasm')));
  const path = require.resolve('@imagemagick/magick-wasm');
  delete require.cache[path];
  const magick = require(path) as Magick;
  const configuration = magick.ConfigurationFiles.default;
  configuration.policy.data = POLICY;
  await magick.initializeImageMagick(compiled, configuration);
  return magick;
}
