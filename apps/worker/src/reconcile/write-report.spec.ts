import { describe, expect, it } from 'vitest';
import type { Action } from './tally.js';
import { formatJsonReport, formatTextReport } from './write-report.js';

const NOTHING = { counts: {}, brokenOff: [], milliseconds: 1_234 };
const subjects = new Map<Action, string[]>([
  ['orphan_deleted', ['uploads/a/original.jpg']],
  ['job_enqueued', Array.from({ length: 23 }, (_, index) => `picture ${index}`)],
]);

describe('the report of npm run reconcile', () => {
  it('states that there is nothing to do', () => {
    expect(formatTextReport(NOTHING, new Map(), false)).toEqual([
      'Catalogue, queue and storage agree: nothing to do.',
      'Reconciled in 1.2 s.',
    ]);
  });

  it('lists each action with its first 20 subjects', () => {
    const lines = formatTextReport(NOTHING, subjects, false);
    expect(lines.slice(0, 4)).toEqual([
      'Objects without a picture deleted: 1',
      '  uploads/a/original.jpg',
      'Jobs enqueued for pictures that had none: 23',
      '  picture 0',
    ]);
    expect(lines.slice(-3)).toEqual(['  picture 19', '  … and 3 more', 'Reconciled in 1.2 s.']);
  });

  it('marks a dry run as such', () => {
    expect(formatTextReport(NOTHING, subjects, true)).toEqual(
      expect.arrayContaining([
        'Objects without a picture deleted: 1 (not done)',
        'Dry run in 1.2 s: nothing was changed.',
      ]),
    );
  });

  it('names the checks that failed, and then does not state that nothing is to do', () => {
    expect(formatTextReport({ ...NOTHING, brokenOff: ['unfinished writes'] }, new Map(), false)).toEqual([
      'Could not check: unfinished writes. The log has the cause.',
      'Reconciled in 1.2 s.',
    ]);
  });

  it('names every subject in the JSON', () => {
    const memory = { beforeBytes: 1, peakBytes: 2 };
    const report = JSON.parse(formatJsonReport({ ...NOTHING, memory }, subjects, true)) as unknown;
    expect(report).toEqual({ ...NOTHING, dryRun: true, memory, done: Object.fromEntries(subjects) });
  });
});
