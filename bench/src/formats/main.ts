import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random, type Raster, ssim } from '@darkroom/imaging/testing';
import sharp, { type Sharp } from 'sharp';
import { readOptions } from '../read-options.js';

const HELP = `npm run formats -- [options]      prints size, similarity and CPU time for each format, quality and effort

  --pictures DIR  measure the JPEG files in this folder; default: drawn pictures
  --side N        longest side of the pictures in pixels; default: 1,600
  --help          print this help
`;

const values = readOptions(
  {
    options: {
      pictures: { type: 'string' },
      side: { type: 'string', default: '1600' },
      help: { type: 'boolean', default: false },
    },
  },
  HELP,
);

interface Setting {
  name: string;
  encode: (image: Sharp) => Sharp;
}

interface Result {
  bytes: number;
  milliseconds: number;
  similarity: number;
}

const webp = (quality: number, effort: number): Setting => ({
  name: `WebP ${quality}, effort ${effort}`,
  encode: (image) => image.webp({ quality, effort }),
});
const avif = (quality: number, effort: number): Setting => ({
  name: `AVIF ${quality}, effort ${effort}`,
  encode: (image) => image.avif({ quality, effort, chromaSubsampling: '4:2:0' }),
});
const jpeg = (quality: number, mozjpeg = false): Setting => ({
  name: `JPEG ${quality}${mozjpeg ? ', mozjpeg' : ''}`,
  encode: (image) => image.jpeg({ quality, mozjpeg, optimiseCoding: false, chromaSubsampling: '4:2:0' }),
});

/** The first setting is the reference for sizes. */
const SETTINGS: readonly Setting[] = [
  [80, 75, 85].map((quality) => jpeg(quality)),
  jpeg(80, true),
  [75, 78, 80, 85].map((quality) => webp(quality, 2)),
  [0, 4].map((effort) => webp(80, effort)),
  [50, 60, 65].map((quality) => avif(quality, 2)),
  [0, 1, 3, 4].map((effort) => avif(60, effort)),
  [0, 1].map((effort) => avif(65, effort)),
  avif(70, 1),
].flat();

/** Pictures scaled to the largest size, which is the input of the encoders. */
async function readPictures(side: number): Promise<Raster[]> {
  const folder = values.pictures;
  const originals =
    folder === undefined
      ? [1, 2, 3].map((seed) => draw(seed))
      : (await readdir(folder))
          .filter((name) => /\.jpe?g$/i.test(name))
          .map(async (name) => sharp(await readFile(join(folder, name))));
  return Promise.all(
    originals.map(async (original) => {
      const { data, info } = await (
        await original
      )
        .autoOrient()
        .resize(side, side, { fit: 'inside', withoutEnlargement: true })
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { data, width: info.width, height: info.height };
    }),
  );
}

/** Soft colours with coarse and fine grain. */
function draw(seed: number): Sharp {
  const [width, height] = [2400, 1800];
  const random = new Random(seed);
  const coarse = random.bytes(60 * 45 * 3);
  const fine = random.bytes(width * height);
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0; at < data.length; at += 1) {
    const pixel = Math.floor(at / 3);
    const cell = Math.floor(pixel / width / 40) * 60 + Math.floor((pixel % width) / 40);
    data[at] = Math.floor(((coarse[cell * 3 + (at % 3)] ?? 0) * 15 + (fine[pixel] ?? 0)) / 16);
  }
  return sharp(data, { raw: { width, height, channels: 3 } }).blur(1.5);
}

async function measure({ encode }: Setting, picture: Raster): Promise<Result> {
  const { data, width, height } = picture;
  const start = process.cpuUsage();
  const encoded = await encode(sharp(data, { raw: { width, height, channels: 3 } })).toBuffer();
  const { user, system } = process.cpuUsage(start);
  const decoded = await sharp(encoded).toColourspace('srgb').removeAlpha().raw().toBuffer();
  const similarity = ssim(picture, { data: decoded, width, height });
  return { bytes: encoded.length, milliseconds: (user + system) / 1000, similarity };
}

const mean = (numbers: readonly number[]) =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

async function main(): Promise<void> {
  sharp.concurrency(1);
  sharp.cache(false);
  const pictures = await readPictures(Number(values.side));
  const print = (...cells: (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  print('format, quality', 'size', 'SSIM, mean', 'SSIM, lowest', 'ms');
  print('---', '---', '---', '---', '---');
  let reference: readonly Result[] | undefined;
  for (const setting of SETTINGS) {
    const results: Result[] = [];
    for (const picture of pictures) results.push(await measure(setting, picture));
    reference ??= results;
    const sizes = results.map(({ bytes }, index) => bytes / (reference?.[index]?.bytes ?? bytes));
    const similarities = results.map(({ similarity }) => similarity);
    print(
      setting.name,
      `${Math.round(mean(sizes) * 100)} %`,
      mean(similarities).toFixed(4),
      Math.min(...similarities).toFixed(4),
      Math.round(mean(results.map(({ milliseconds }) => milliseconds))),
    );
  }
}

if (values.help) process.stdout.write(HELP);
else await main();
