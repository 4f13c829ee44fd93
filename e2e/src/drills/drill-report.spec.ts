import { expect, it } from 'vitest';
import { toText } from './drill-report.js';
import type { DrillResult } from './run-drill.js';

const createResult = (parts: Partial<DrillResult> = {}): DrillResult => ({
  name: 'worker-kill',
  seconds: 60,
  answered: 1_000,
  ended: { ready: 800, failed: 50 },
  deleted: 150,
  retries: 3,
  longestWaitSeconds: 46.2,
  lost: 0,
  doubled: 0,
  orphaned: { objects: 0, bytes: 0 },
  longestPauseSeconds: 44.1,
  refusals: { '503': 4 },
  happened: { 'kill -9 of a worker': 10 },
  findings: [],
  passed: true,
  ...parts,
});

const report = (...results: DrillResult[]) =>
  toText({
    takenAt: '2026-01-01T00:00:00Z',
    seed: 7,
    count: 1_000,
    results,
    notRun: [{ name: 'disk-full', reason: 'it needs Linux' }],
  });

it('shows the figures, the injected faults and how to repeat the run', () => {
  const text = report(createResult());
  expect(text).toMatch(
    /worker-kill +1000 +850 \(ready 800, failed 50\) +150 +3 +0 +0 +0 \(0 B\) +46.2 s +44.1 s +60 s/,
  );
  expect(text).toContain('worker-kill: kill -9 of a worker 10');
  expect(text).toContain('worker-kill: 503 4');
  expect(text).toContain('not run: disk-full: it needs Linux');
  expect(text).toContain('1 drills passed, 0 failed (--seed 7 --count 1000)');
});

it('names up to a dozen findings', () => {
  const findings = Array.from({ length: 20 }, (_, index) => `${index}.jpg has no row`);
  const text = report(createResult({ findings, passed: false, lost: 20 }));
  expect(text).toContain('worker-kill failed:\n0.jpg has no row');
  expect(text).toContain('… and 8 more');
  expect(text).toContain('0 drills passed, 1 failed');
});
