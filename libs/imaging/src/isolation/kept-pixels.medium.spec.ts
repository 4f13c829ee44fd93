import { readdir, readFile } from 'node:fs/promises';
import { defaultRecipe, type VariantFormat } from '@darkroom/contracts';
import { drawJpeg, drawPng } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphics } from '../testing/draw-graphics.js';
import { drawAnimation, drawQuarters } from '../testing/drawings.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';
import { createDecoderPool, type DecoderPool } from './decoder-pool.js';

const WIDTH = 1800;
const HEIGHT = 1200;
const FORMATS: readonly VariantFormat[] = ['webp', 'avif'];

const graphic = () => {
  const { data, width, height } = graphics.map({ width: WIDTH, height: HEIGHT });
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
};
const pictures: [string, () => Promise<Buffer>][] = [
  ['a photograph with a profile', () => drawJpeg({ width: WIDTH, height: HEIGHT, quality: 90, icc: 'p3' })],
  [
    'a photograph on its side',
    async () =>
      sharp(await drawJpeg({ width: WIDTH, height: HEIGHT, quality: 90 }))
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
  ],
  // Handed out itself as the JPEG, which limits its WebP.
  ['a JPEG of a low quality', () => drawJpeg({ width: 600, height: 400, quality: 20 })],
  ['a grey picture', () => drawQuarters(WIDTH, HEIGHT).toColourspace('b-w').png().toBuffer()],
  ['a PNG with alpha', () => drawPng({ width: WIDTH, height: HEIGHT, alpha: true })],
  ['a graphic', graphic],
  ['an icon', () => drawQuarters(32, 32).png().toBuffer()],
];

let direct: Workbench;
let isolated: Workbench;
let pool: DecoderPool;
const replaced: string[] = [];
beforeAll(async () => {
  direct = await createWorkbench();
  isolated = await createWorkbench((folder) => {
    const onReplaced = (reason: string) => void replaced.push(reason);
    pool = createDecoderPool({ size: 1, memoryLimitBytes: 2 ** 30, folder, onReplaced });
    return pool;
  });
});
afterAll(async () => {
  await pool.close();
  await isolated.dispose();
  await direct.dispose();
});

/** Processes a picture and makes the formats from its pixels. @returns the files of the output folder by name */
async function makeFromKept(bench: Workbench, original: Buffer, formats = FORMATS) {
  const options = await bench.options();
  const kept = await bench.engine.processAndKeep(await bench.put(original), defaultRecipe, options);
  const variants = [...kept.variants];
  for (const format of formats) variants.push(...(await kept.encode(format)));
  await kept.release();
  const files = await Promise.all(
    variants.map(async ({ path }) => (await readFile(path)).toString('base64')),
  );
  expect(await readdir(options.outputFolder)).toHaveLength(files.length);
  return { facts: kept.facts, files };
}

async function makeEach(original: Buffer) {
  const { facts, variants } = await direct.process(original);
  for (const format of FORMATS) variants.push(...(await direct.encode(original, format)));
  return { facts, files: variants.map(({ data }) => data.toString('base64')) };
}

describe('formats from kept pixels', () => {
  it.each(pictures)('have the same bytes as from the original: %s', async (_what, draw) => {
    const original = await draw();
    const expected = await makeEach(original);
    expect(await makeFromKept(direct, original)).toEqual(expected);
    expect(await makeFromKept(isolated, original)).toEqual(expected);
    expect(replaced).toEqual([]);
  });

  it('of an animation are only those without frames', async () => {
    const original = await drawAnimation();
    const options = await isolated.options();
    const kept = await pool.processAndKeep(await isolated.put(original), defaultRecipe, options);
    expect(FORMATS.map((format) => kept.canEncode(format))).toEqual([false, true]);
    await kept.release();
    const { files } = await makeFromKept(isolated, original, ['avif']);
    const avif = await direct.encode(original, 'avif');
    expect(files.slice(4)).toEqual(avif.map(({ data }) => data.toString('base64')));
  });
});

describe('a decoder that keeps pixels', () => {
  it('gives a format up and survives, to process the next picture', async () => {
    const original = await graphic();
    const input = await isolated.put(original);
    const kept = await pool.processAndKeep(input, defaultRecipe, await isolated.options());
    const stop = new AbortController();
    const encoding = kept.encode('webp', { signal: stop.signal });
    stop.abort(new Error('A person waits.'));
    await expect(encoding).rejects.toThrow('A person waits.');
    await kept.release();
    expect(await makeFromKept(isolated, original)).toEqual(await makeEach(original));
    expect(replaced).toEqual([]);
  });

  it('serves no other picture before it has released them', async () => {
    const original = await drawQuarters(300, 200).png().toBuffer();
    const ended: string[] = [];
    const kept = await pool.processAndKeep(
      await isolated.put(original),
      defaultRecipe,
      await isolated.options(),
    );
    const other = isolated.process(original).then(() => ended.push('the other picture'));
    await kept.encode('webp');
    ended.push('the format');
    await kept.release();
    await other;
    expect(ended).toEqual(['the format', 'the other picture']);
  });
});
