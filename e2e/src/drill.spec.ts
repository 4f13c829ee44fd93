import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { services } from '@darkroom/testing';
import { expect, it } from 'vitest';
import { SHORT } from './drills/drill.js';
import { toText } from './drills/drill-report.js';
import { storm } from './drills/drills/storm-drill.js';
import { runDrill } from './drills/run-drill.js';

const { redis, s3 } = services();
/** The worker is killed before Redis is emptied, which frees its jobs at once. */
const SEED = 3;
const COUNT = 60;

// The short form of `npm run drill`. Run the long form by hand.
it.skipIf(redis === undefined || s3 === undefined)(
  'loses and duplicates no picture while every kind of fault happens once during uploads, deletes and retries',
  { timeout: 600_000 },
  async () => {
    const result = await runDrill(storm, {
      seed: SEED,
      count: COUNT,
      scale: SHORT,
      say: () => undefined,
    });
    const report = { takenAt: '', seed: SEED, count: COUNT, results: [result], notRun: [] };
    process.stdout.write(`${toText(report)}\n`);
    expect(result.findings).toEqual([]);
    expect(result).toMatchObject({ passed: true, lost: 0, doubled: 0 });
    expect(result.answered).toBeGreaterThanOrEqual(COUNT);
    expect(result.orphaned).toEqual({ objects: 0, bytes: 0 });
  },
);

it('exits with 2 for a wrong option, and names it', () => {
  const program = path.join(import.meta.dirname, '../dist/drills/main.js');
  const { status, stderr } = spawnSync(process.execPath, [program, '--only', 'rain'], { encoding: 'utf8' });
  expect(stderr).toContain('--only: expected names of drills');
  expect(status).toBe(2);
});
