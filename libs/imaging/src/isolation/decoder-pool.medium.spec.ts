import { readdir } from 'node:fs/promises';
import { defaultRecipe } from '@darkroom/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drawAnimation, drawQuarters, headerBomb } from '../testing/drawings.js';
import { childProcesses } from '../testing/processes.js';
import { createWorkbench, oneSize, type Workbench } from '../testing/workbench.js';
import { createDecoderPool, type DecoderPool } from './decoder-pool.js';

let direct: Workbench;
let isolated: Workbench;
let pool: DecoderPool;
const replaced: string[] = [];

beforeAll(async () => {
  direct = await createWorkbench();
  isolated = await createWorkbench((folder) => {
    const onReplaced = (reason: string) => void replaced.push(reason);
    pool = createDecoderPool({ size: 2, memoryLimitBytes: 2 ** 30, folder, onReplaced });
    return pool;
  });
});
afterAll(async () => {
  await pool.close();
  await isolated.dispose();
  await direct.dispose();
});
afterEach(() => {
  replaced.length = 0;
});

describe('a decoder pool', () => {
  it.each([
    ['a photograph', () => drawQuarters(2000, 1333).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ['a PNG', () => drawQuarters(300, 200).png().toBuffer()],
    ['an AVIF', () => drawQuarters(300, 200).avif().toBuffer()],
    ['an animation', drawAnimation],
  ])('returns for %s the same result as the engine', async (_what, draw) => {
    const original = await draw();
    expect(await isolated.process(original)).toEqual(await direct.process(original));
    for (const format of ['webp', 'avif'] as const) {
      const made = await isolated.encode(original, format, oneSize(100));
      expect(made).toEqual(await direct.encode(original, format, oneSize(100)));
    }
    expect(replaced).toEqual([]);
  });

  it('reports the progress of a picture', async () => {
    const steps: string[] = [];
    const input = await isolated.put(await drawQuarters(300, 200).png().toBuffer());
    const options = { ...(await isolated.options()), onStep: (step: string) => steps.push(step) };
    await pool.process(input, defaultRecipe, options);
    expect(steps).toEqual(['decoding', 'encoding']);
  });

  it('processes more pictures than it has processes, without starting more', async () => {
    const original = await drawQuarters(300, 200).png().toBuffer();
    const made = await Promise.all(Array.from({ length: 9 }, () => isolated.process(original)));
    expect(new Set(made.map(({ facts }) => facts.thumbhash)).size).toBe(1);
    if (process.platform === 'linux') expect(childProcesses()).toHaveLength(2);
  });

  it('reuses its processes for several pictures, even under the lowest memory limit', async () => {
    const ended: string[] = [];
    let small: DecoderPool | undefined;
    const bench = await createWorkbench((folder) => {
      const onReplaced = (reason: string) => void ended.push(reason);
      small = createDecoderPool({ size: 1, memoryLimitBytes: 192 * 2 ** 20, folder, onReplaced });
      return small;
    });
    const original = await drawQuarters(300, 200).jpeg().toBuffer();
    for (let picture = 0; picture < 3; picture += 1) await bench.process(original);
    expect(ended).toEqual([]);
    await small?.close();
    await bench.dispose();
  });

  it.runIf(process.platform === 'linux')(
    'ends processes without a picture, and keeps or starts a fresh one for the next',
    async () => {
      const before = childProcesses();
      const own = () => childProcesses().filter((pid) => !before.includes(pid));
      const ended: string[] = [];
      let lazy: DecoderPool | undefined;
      const bench = await createWorkbench((folder) => {
        const onReplaced = (reason: string) => void ended.push(reason);
        lazy = createDecoderPool({ size: 2, memoryLimitBytes: 2 ** 30, folder, idleMs: 200, onReplaced });
        return lazy;
      });
      const [fresh] = own();
      expect(fresh).toBeDefined();
      const original = await drawQuarters(300, 200).png().toBuffer();
      const [first] = await Promise.all([bench.process(original), bench.process(original)]);
      await expect.poll(own, { timeout: 30_000 }).not.toContain(fresh);
      await expect.poll(own, { timeout: 30_000 }).toHaveLength(1);
      expect((await bench.process(original)).facts).toEqual(first.facts);
      await expect.poll(own, { timeout: 30_000 }).toHaveLength(1);
      expect(ended).toEqual([]);
      await lazy?.close();
      await bench.dispose();
    },
  );

  it('passes on the code and the message of a fault', async () => {
    const bomb = headerBomb(60_000, 60_000);
    const expected = await direct.process(bomb).catch((error) => error);
    await expect(isolated.process(bomb)).rejects.toEqual(expected);
    await expect(isolated.process(Buffer.from('Hello'))).rejects.toMatchObject({
      code: 'unsupported_format',
    });
    await expect(isolated.process(headerBomb(300, 300))).rejects.toMatchObject({ code: 'corrupt_image' });
    expect(replaced).toEqual([]);
  });

  it('does not blame the picture for a missing file', async () => {
    const input = { path: `${isolated.folder}/nowhere`, contentType: 'image/jpeg' } as const;
    const run = pool.process(input, defaultRecipe, await isolated.options());
    await expect(run).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('replaces a process whose picture timed out, because libvips continues to work', async () => {
    const large = await drawQuarters(3000, 3000).png().toBuffer();
    const run = isolated.process(large, defaultRecipe, { timeoutMs: 1 });
    await expect(run).rejects.toMatchObject({ code: 'processing_timeout' });
    expect(replaced).toEqual(['timeout']);
    await expect(isolated.process(large, oneSize(50))).resolves.toBeDefined();
  });

  it('leaves only the variants in the output folder', async () => {
    const options = await isolated.options();
    const input = await isolated.put(await drawQuarters(30, 20).png().toBuffer());
    const { variants } = await pool.process(input, defaultRecipe, options);
    const files = (await readdir(options.outputFolder)).map((name) => `${options.outputFolder}/${name}`);
    expect(files.toSorted()).toEqual(variants.map(({ path }) => path).toSorted());
  });
});
