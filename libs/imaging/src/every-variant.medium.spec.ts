import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultRecipe, sniff } from '@darkroom/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variantSize } from './variant-size.js';
import { createWorkbench, meanDifference, type Workbench } from './testing/workbench.js';

// Real pictures that may lie beside the checkout; everything that they show is also drawn in the other tests.
const FOLDER = join(import.meta.dirname, '../../../../shared/images');
const list = (name: string) => (existsSync(join(FOLDER, name)) ? readdirSync(join(FOLDER, name)) : []);
let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const EXPECTED_FAULTS: Record<string, string> = {
  '65536-uint32-limit.png': 'too_many_pixels',
  'corrupt-header.jpg': 'corrupt_image',
  'truncated.jpg': 'corrupt_image',
};

describe.skipIf(!existsSync(FOLDER))('the shared pictures', () => {
  it.each(list('photos'))('%s gives every variant', async (name) => {
    const path = join(FOLDER, 'photos', name);
    const original = await readFile(path);
    const { autoOrient } = await sharp(path).metadata();
    const { facts, variants } = await bench.process(original);
    expect(facts).toMatchObject({ width: autoOrient.width, height: autoOrient.height });
    const webp = await bench.encode(original, 'webp');
    expect(variants).toHaveLength(4);
    expect(webp).toHaveLength(4);
    for (const [index, { longSide }] of defaultRecipe.sizes.entries()) {
      const size = variantSize(autoOrient, longSide);
      for (const variant of [variants[index], webp[index]]) {
        expect(variant).toMatchObject(size);
        const metadata = await sharp(variant?.data).metadata();
        expect(metadata).toMatchObject({ ...size, space: 'srgb', hasProfile: false });
        expect(metadata.gainMap).toBeUndefined();
      }
    }
    const [thumbnail] = variants;
    if (!thumbnail) return;
    const straight = await sharp(path, { autoOrient: true })
      .resize(thumbnail.width, thumbnail.height, { fit: 'fill' })
      .flatten({ background: '#fff' })
      .png()
      .toBuffer();
    expect(await meanDifference(thumbnail.data, straight)).toBeLessThan(3);
  });

  it.each(list('hostile').filter((name) => name.endsWith('.svg')))('%s is no picture', async (name) => {
    expect(sniff(await readFile(join(FOLDER, 'hostile', name)))).toBeNull();
  });

  it.each(list('hostile').filter((name) => !name.endsWith('.svg')))(
    '%s is refused for the right reason',
    async (name) => {
      const original = await readFile(join(FOLDER, 'hostile', name));
      await expect(bench.process(original)).rejects.toMatchObject({ code: EXPECTED_FAULTS[name] });
    },
  );
});
