import { ssim } from '@darkroom/imaging/testing';
import sharp from 'sharp';
import { readOptions, refuseOption } from '../read-options.js';
import { type Picture, readPictures } from './pictures.js';
import { graphicSettings, photographSettings, type Setting } from './settings.js';

const HELP = `npm run formats -- [options]      prints size, similarity, error and CPU time for each format, quality and effort

  --pictures DIR  measure the JPEG, PNG, GIF and WebP files in this folder; default: drawn pictures
  --side N        longest side of the pictures in pixels; default: 1,600
  --help          print this help

Prints one table for photographs and one for graphics, as the encoders tell them apart. "Error" is the mean difference
of a channel, 0 to 255: unlike the similarity of the lightness, it shows lost colours.
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

/** Of a WebP, the format with the smallest limit. */
const SIDE_MAX = 16_383;

interface Result {
  bytes: number;
  milliseconds: number;
  similarity: number;
  error: number;
}

async function measure({ encode }: Setting, picture: Picture): Promise<Result> {
  const { data, width, height } = picture;
  const start = process.cpuUsage();
  const encoded = await encode(sharp(data, { raw: { width, height, channels: 3 } })).toBuffer();
  const { user, system } = process.cpuUsage(start);
  const decoded = await sharp(encoded).toColourspace('srgb').removeAlpha().raw().toBuffer();
  return {
    bytes: encoded.length,
    milliseconds: (user + system) / 1000,
    similarity: ssim(picture, { data: decoded, width, height }),
    error: decoded.reduce((sum, value, at) => sum + Math.abs(value - (data[at] ?? 0)), 0) / data.length,
  };
}

const mean = (numbers: readonly number[]) =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const print = (...cells: (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

async function printTable(pictures: readonly Picture[], settings: readonly Setting[]): Promise<void> {
  print('format, quality', 'size', 'SSIM, mean', 'SSIM, lowest', 'error, mean', 'error, highest', 'ms');
  print('---', '---', '---', '---', '---', '---', '---');
  let reference: readonly Result[] | undefined;
  for (const setting of settings) {
    const results: Result[] = [];
    for (const picture of pictures) results.push(await measure(setting, picture));
    reference ??= results;
    const sizes = results.map(({ bytes }, index) => bytes / (reference?.[index]?.bytes ?? bytes));
    const similarities = results.map(({ similarity }) => similarity);
    const errors = results.map(({ error }) => error);
    print(
      setting.name,
      `${Math.round(mean(sizes) * 100)} %`,
      mean(similarities).toFixed(4),
      Math.min(...similarities).toFixed(4),
      mean(errors).toFixed(1),
      Math.max(...errors).toFixed(1),
      Math.round(mean(results.map(({ milliseconds }) => milliseconds))),
    );
  }
}

async function main(): Promise<void> {
  sharp.concurrency(1);
  sharp.cache(false);
  const side = Number(values.side);
  if (!Number.isInteger(side) || side < 1 || side > SIDE_MAX)
    refuseOption(`--side: expected a whole number from 1 to ${SIDE_MAX}, got "${values.side}".`, HELP);
  const pictures = await readPictures(values.pictures, side);
  const photographs = pictures.filter(({ kind }) => kind === 'photograph');
  const others = pictures.filter(({ kind }) => kind !== 'photograph');
  for (const [title, some, settings] of [
    ['Photographs', photographs, photographSettings],
    ['Graphics', others, graphicSettings],
  ] as const) {
    if (some.length === 0) continue;
    process.stdout.write(`\n${title}: ${some.map(({ name, kind }) => `${name} (${kind})`).join(', ')}\n\n`);
    await printTable(some, settings);
  }
}

if (values.help) process.stdout.write(HELP);
else await main();
