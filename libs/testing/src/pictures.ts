import sharp, { type Exif, type Sharp } from 'sharp';

/** Description of a picture to draw. The same description gives the same picture. */
export interface Drawing {
  /** Pixels, as stored: an orientation rotates them. */
  width: number;
  /** Pixels, as stored. */
  height: number;
  /** Any integer; another seed gives another picture. */
  seed?: number;
}

export interface JpegDrawing extends Drawing {
  /** 1 to 100. Default: 90. */
  quality?: number;
  /** EXIF orientation, 1 to 8. */
  orientation?: number;
  /** EXIF fields by directory, e.g. `{ IFD0: { Copyright: '…' } }`. */
  exif?: Exif;
  /** ICC profile to embed: `srgb`, `p3`, `cmyk` or a file. The pixels are converted to it. */
  icc?: string;
}

export interface PngDrawing extends Drawing {
  /** Whether it has an alpha channel: opaque on the left, fading to the right. */
  alpha?: boolean;
}

export interface GifDrawing extends Drawing {
  /** Number of frames. Default: 4. */
  frames?: number;
  /** Milliseconds per frame. Default: 100. */
  delay?: number;
}

/** Draws raw pixels that compress like a photograph: soft gradients and shapes under fine grain. */
export function drawPixels({ width, height, seed = 1 }: Drawing, channels: 3 | 4 = 3): Buffer {
  const pixels = Buffer.allocUnsafe(width * height * channels);
  let noise = (seed * 2_654_435_761) >>> 0 || 1;
  let offset = 0;
  for (let y = 0; y < height; y += 1) {
    const v = y / height;
    for (let x = 0; x < width; x += 1) {
      const u = x / width;
      // xorshift32: grain that is the same in every run
      noise ^= noise << 13;
      noise ^= noise >>> 17;
      noise ^= noise << 5;
      const grain = (noise & 15) - 8;
      const wave = Math.sin(u * 9 + seed) * Math.cos(v * 7 - seed);
      const disc = (u - 0.7) ** 2 + (v - 0.3) ** 2 < 0.03 ? 60 : 0;
      pixels[offset] = clamp(70 + 130 * u + 30 * wave + disc + grain);
      pixels[offset + 1] = clamp(60 + 110 * v - 25 * wave + disc + grain);
      pixels[offset + 2] = clamp(150 - 90 * u * v + 40 * wave + grain);
      if (channels === 4) pixels[offset + 3] = clamp(255 * Math.min(1, 2 * (1 - u)));
      offset += channels;
    }
  }
  return pixels;
}

/** Draws a JPEG that looks like a photograph. Default colour space: sRGB. */
export function drawJpeg(drawing: JpegDrawing): Promise<Buffer> {
  const { width, height, quality = 90, orientation, exif, icc } = drawing;
  let picture = sharp(drawPixels(drawing), { raw: { width, height, channels: 3 } });
  if (exif !== undefined) picture = picture.withExif(exif);
  if (icc !== undefined) picture = picture.withIccProfile(icc);
  if (orientation !== undefined) picture = picture.withMetadata({ orientation });
  return picture.jpeg({ quality }).toBuffer();
}

/** Draws a PNG, optionally with an alpha channel. */
export function drawPng(drawing: PngDrawing): Promise<Buffer> {
  const channels = drawing.alpha === true ? 4 : 3;
  return raw(drawing, channels).png().toBuffer();
}

/** Draws a lossy WebP, optionally with an alpha channel. */
export function drawWebp(drawing: PngDrawing): Promise<Buffer> {
  return raw(drawing, drawing.alpha === true ? 4 : 3)
    .webp({ effort: 0 })
    .toBuffer();
}

/** Draws a TIFF with deflate compression. */
export function drawTiff(drawing: Drawing): Promise<Buffer> {
  return raw(drawing, 3).tiff({ compression: 'deflate' }).toBuffer();
}

/** Draws an AVIF with the lowest effort. */
export function drawAvif(drawing: Drawing): Promise<Buffer> {
  return raw(drawing, 3).avif({ effort: 0 }).toBuffer();
}

/** Draws an animated GIF whose frames differ. */
export function drawGif(drawing: GifDrawing): Promise<Buffer> {
  return animation(drawing)
    .gif({ effort: 1, delay: drawing.delay ?? 100, loop: 0 })
    .toBuffer();
}

/** Draws an animated WebP whose frames differ. */
export function drawAnimatedWebp(drawing: GifDrawing): Promise<Buffer> {
  return animation(drawing)
    .webp({ effort: 0, delay: drawing.delay ?? 100, loop: 0 })
    .toBuffer();
}

function raw(drawing: Drawing, channels: 3 | 4): Sharp {
  const { width, height } = drawing;
  return sharp(drawPixels(drawing, channels), { raw: { width, height, channels } });
}

function animation({ width, height, seed = 1, frames = 4 }: GifDrawing): Sharp {
  const pages = Array.from({ length: frames }, (_, frame) =>
    drawPixels({ width, height, seed: seed + frame }),
  );
  return sharp(Buffer.concat(pages), {
    raw: { width, height: height * frames, channels: 3, pageHeight: height },
  });
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
