import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkbench, oneSize } from '@darkroom/imaging/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawSeeds } from './draw-seeds.js';
import { makeCase, runFuzz } from './run-fuzz.js';
import type { Seed } from './seed.js';

let folder: string;
let seeds: Seed[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-fuzz-'));
  seeds = await drawSeeds();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('fuzzing', () => {
  it('starts from valid pictures only', async () => {
    const bench = await createWorkbench();
    for (const { name, bytes } of seeds) {
      const processed = bench.process(bytes, oneSize(20)).then(() => name);
      await expect(processed).resolves.toBe(name);
    }
    await bench.dispose();
  });

  it('makes the same case for the same seed and number', async () => {
    const again = await drawSeeds();
    expect(makeCase(7, 42, again)).toEqual(makeCase(7, 42, seeds));
    expect(makeCase(8, 42, seeds).bytes.equals(makeCase(7, 42, seeds).bytes)).toBe(false);
  });

  // `npm run fuzz` runs any number of cases.
  it('ends every case with a code, and kills no decoder', async () => {
    const report = await runFuzz({ seed: 20_261_121, count: 300, processes: 2, seeds, folder });
    expect(report).toMatchObject({ deaths: 0, hangs: 0, findings: [], passed: true });
    expect(Object.keys(report.ends)).toContain('corrupt_image');
    expect(Object.keys(report.ends)).toContain('ready');
    expect(Object.values(report.ends).reduce((sum, count) => sum + count, 0)).toBe(300);
  }, 120_000);
});
