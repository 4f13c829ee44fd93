import type { Sharp, WebpOptions } from 'sharp';

/** One way to encode a picture. */
export interface Setting {
  name: string;
  encode: (image: Sharp) => Sharp;
}

type Chroma = '4:2:0' | '4:4:4';

const webp = (quality: number, effort: number): Setting => ({
  name: `WebP ${quality}, effort ${effort}`,
  encode: (image) => image.webp({ quality, effort }),
});
const webpOf = (name: string, options: WebpOptions): Setting => ({
  name: `WebP ${name}, effort ${options.effort}`,
  encode: (image) => image.webp(options),
});
const avif = (quality: number, effort: number, chromaSubsampling: Chroma = '4:2:0'): Setting => ({
  name: `AVIF ${quality}, effort ${effort}${chromaSubsampling === '4:4:4' ? ', 4:4:4' : ''}`,
  encode: (image) => image.avif({ quality, effort, chromaSubsampling }),
});
const jpeg = (quality: number, mozjpeg = false): Setting => ({
  name: `JPEG ${quality}${mozjpeg ? ', mozjpeg' : ''}`,
  encode: (image) => image.jpeg({ quality, mozjpeg, optimiseCoding: false, chromaSubsampling: '4:2:0' }),
});
/** With the Huffman tables of graphics. */
const jpegOf = (quality: number, chromaSubsampling: Chroma): Setting => ({
  name: `JPEG ${quality}, ${chromaSubsampling}`,
  encode: (image) => image.jpeg({ quality, optimiseCoding: true, chromaSubsampling }),
});

/** For photographs. The first setting of each list is the reference for sizes. */
export const photographSettings: readonly Setting[] = [
  [80, 75, 85].map((quality) => jpeg(quality)),
  jpeg(80, true),
  [75, 78, 80, 85].map((quality) => webp(quality, 2)),
  [0, 4].map((effort) => webp(80, effort)),
  [50, 60, 65].map((quality) => avif(quality, 2)),
  [0, 1, 3, 4].map((effort) => avif(60, effort)),
  [0, 1].map((effort) => avif(65, effort)),
  avif(70, 1),
].flat();

export const graphicSettings: readonly Setting[] = [
  jpegOf(80, '4:2:0'),
  ...[80, 85, 90, 92, 95].map((quality) => jpegOf(quality, '4:4:4')),
  webp(78, 2),
  ...[78, 90].map((quality) =>
    webpOf(`${quality}, sharp chroma`, { quality, effort: 2, smartSubsample: true }),
  ),
  ...[0, 2].map((effort) => webpOf('lossless', { lossless: true, effort })),
  webpOf('nearly lossless', { nearLossless: true, quality: 60, effort: 2 }),
  avif(65, 1),
  avif(65, 1, '4:4:4'),
];
