import { checkFrames, checkPixels } from '../check-limits.js';
import type { FileWindow } from '../complete/file-window.js';
import { findFreeIndex } from '../complete/gif-colours.js';
import { DISPOSAL, type GifFrame, gifFrames, readGifHeader } from '../complete/gif-frames.js';
import type { ImagingLimits } from '../engine-types.js';
import type { Size } from '../variant-size.js';
import type { Mended } from './mended.js';

/**
 * libnsgif (0.9, `nsgif_data_scan`) distrusts a canvas of these sizes, and of more than 2,048 pixels a side, and takes
 * the size of the first frame. Browsers do not.
 */
const DISTRUSTED = new Set(['640x480', '640x512', '800x600', '1024x768', '1280x1024', '1600x1200']);
const DISTRUSTED_ABOVE = 2048;
const TRANSPARENT = 1;
const DISPOSAL_MASK = 7 << 2;

/**
 * Checks that a GIF is complete, and finds one that libvips would show in another way than browsers do. libvips ignores
 * transparency unless a frame has a transparent colour, so what no frame covers turns black; it clears the area of a
 * frame to the background colour unless that frame has a transparent colour; and it distrusts some canvases.
 *
 * The copy begins with an empty frame of the size of the canvas, and clears to transparent.
 *
 * @returns null when libvips shows the picture as browsers do
 * @throws PictureFault `corrupt_image`, `too_many_pixels`, `too_many_frames`
 */
export function inspectGif(file: FileWindow, limits: ImagingLimits): Mended | null {
  const { blocksAt, ...canvas } = readGifHeader(file);
  const frames: GifFrame[] = [];
  let count = 0;
  for (const frame of gifFrames(file)) {
    count += 1;
    if (count <= limits.maxFrames) frames.push(frame);
  }
  const [first] = frames;
  if (first === undefined) return null;
  const size = shownSize(canvas, first);
  // A nonsensical canvas around a small first frame.
  if (isDistrusted(canvas) && size.width * size.height > limits.maxPixels) return null;
  checkPixels(size, limits);
  checkFrames(size, count, limits);
  const clears = frames.some((_, index) => isSeenToClear(frames, index, size));
  const isOpaque = !frames.some(({ transparent }) => transparent);
  const showsGround = !covers(first, size) || vanishes(frames);
  const isCropped = isDistrusted(canvas) && !reaches(first, size);
  if (!isCropped && !clears && !(isOpaque && showsGround)) return null;
  const gif = file.all();
  if (clears) frames.forEach((_, index) => clearToTransparent(gif, frames, index, size));
  return { file: withEmptyFrame(gif, blocksAt, size), leadingPages: 1 };
}

/** The first frame can extend the canvas. */
function shownSize(canvas: Size, { left, top, width, height }: GifFrame): Size {
  return { width: Math.max(canvas.width, left + width), height: Math.max(canvas.height, top + height) };
}

function isDistrusted({ width, height }: Size): boolean {
  return DISTRUSTED.has(`${width}x${height}`) || Math.max(width, height) > DISTRUSTED_ABOVE;
}

function reaches({ left, top, width, height }: GifFrame, size: Size): boolean {
  return left + width >= size.width && top + height >= size.height;
}

function covers(frame: GifFrame, size: Size): boolean {
  return frame.left === 0 && frame.top === 0 && reaches(frame, size);
}

/** Whether the first frame is undone before the second one. */
const vanishes = ([first, second]: readonly GifFrame[]): boolean =>
  first?.disposal === DISPOSAL.restorePrevious && second !== undefined;

/** Whether libnsgif would clear the area of a frame to the background colour, and that can be seen. */
function isSeenToClear(frames: readonly GifFrame[], index: number, size: Size): boolean {
  const [frame, next] = frames.slice(index, index + 2);
  if (frame === undefined || next === undefined || !clearsToColour(frame)) return false;
  return !hides(next, frame, size) || next.disposal === DISPOSAL.restorePrevious;
}

const clearsToColour = ({ disposal, transparent }: GifFrame): boolean =>
  disposal === DISPOSAL.restoreBackground && !transparent;

/**
 * Makes libnsgif clear the area of a frame to transparent. On an empty canvas, restoring what was there before does the
 * same. Otherwise the frame gets a transparent colour that none of its pixels has. A frame that has all 256 colours
 * gets none, and libnsgif clears it to the background colour.
 */
function clearToTransparent(gif: Buffer, frames: readonly GifFrame[], index: number, size: Size): void {
  const frame = frames[index];
  if (frame?.controlAt === undefined || !clearsToColour(frame)) return;
  const { controlAt, dataAt } = frame;
  const flags = (gif[controlAt] ?? 0) & ~DISPOSAL_MASK;
  if (isEmptyBefore(frames, index, size)) {
    gif[controlAt] = flags | (DISPOSAL.restorePrevious << 2);
    return;
  }
  const free = findFreeIndex(gif, dataAt);
  if (free === null) return;
  gif[controlAt] = flags | (DISPOSAL.restoreBackground << 2) | TRANSPARENT;
  gif[controlAt + 3] = free;
}

/** Whether a frame covers the whole visible area of the one before it. */
function hides(next: GifFrame, frame: GifFrame, size: Size): boolean {
  const right = Math.min(size.width, frame.left + frame.width);
  const bottom = Math.min(size.height, frame.top + frame.height);
  return (
    !next.transparent &&
    next.left <= frame.left &&
    next.top <= frame.top &&
    next.left + next.width >= right &&
    next.top + next.height >= bottom
  );
}

/** Whether everything was cleared before the frame at `index` is drawn. */
function isEmptyBefore(frames: readonly GifFrame[], index: number, size: Size): boolean {
  const before = frames.slice(0, index);
  const cleared = before.findLastIndex(
    (frame) => frame.disposal === DISPOSAL.restoreBackground && covers(frame, size),
  );
  return before
    .slice(cleared + 1)
    .every(
      ({ disposal }) => disposal === DISPOSAL.restoreBackground || disposal === DISPOSAL.restorePrevious,
    );
}

/** A frame of one transparent pixel, shown for no time; its size follows. */
const CONTROL = Buffer.from('21f9040100000000', 'hex');
const PIXEL = Buffer.from('0202440100', 'hex');

function withEmptyFrame(gif: Buffer, blocksAt: number, size: Size): Buffer {
  const descriptor = Buffer.alloc(10);
  descriptor[0] = 0x2c;
  descriptor.writeUInt16LE(Math.min(0xffff, size.width), 5);
  descriptor.writeUInt16LE(Math.min(0xffff, size.height), 7);
  return Buffer.concat([gif.subarray(0, blocksAt), CONTROL, descriptor, PIXEL, gif.subarray(blocksAt)]);
}
