import { describe, expect, it } from 'vitest';
import type { Action } from './tally.js';
import { jsonReport, textReport } from './write-report.js';

const NOTHING = { counts: {}, brokenOff: [], milliseconds: 1_234 };
const subjects = new Map<Action, string[]>([
  ['orphan_deleted', ['uploads/a/original.jpg']],
  ['job_enqueued', Array.from({ length: 23 }, (_, index) => `picture ${index}`)],
]);

describe('the report of npm run reconcile', () => {
  it('says that there was nothing to do', () => {
    expect(textReport(NOTHING, new Map(), false)).toEqual([
      'Catalogue, queue and storage agree: nothing to do.',
      'Reconciled in 1.2 s.',
    ]);
  });

  it('says what was done to whom, and of many the first', () => {
    const lines = textReport(NOTHING, subjects, false);
    expect(lines.slice(0, 4)).toEqual([
      '1 objects without a picture deleted',
      '  uploads/a/original.jpg',
      '23 jobs enqueued for pictures that had none',
      '  picture 0',
    ]);
    expect(lines.slice(-3)).toEqual(['  picture 19', '  … and 3 more', 'Reconciled in 1.2 s.']);
  });

  it('says of a rehearsal that nothing was done', () => {
    expect(textReport(NOTHING, subjects, true)).toEqual(
      expect.arrayContaining(['1 objects without a picture deleted (not done)', 'Looked in 1.2 s.']),
    );
  });

  it('says what could not be looked at, and then not that all is well', () => {
    expect(textReport({ ...NOTHING, brokenOff: ['unfinished writes'] }, new Map(), false)).toEqual([
      'Could not look at: unfinished writes; the log says why.',
      'Reconciled in 1.2 s.',
    ]);
  });

  it('has everything by name as JSON', () => {
    const memory = { beforeBytes: 1, peakBytes: 2 };
    const report = JSON.parse(jsonReport({ ...NOTHING, memory }, subjects, true)) as unknown;
    expect(report).toEqual({ ...NOTHING, dryRun: true, memory, done: Object.fromEntries(subjects) });
  });
});
