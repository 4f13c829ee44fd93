import { describe, expect, it } from 'vitest';
import { HELP, readOptions } from './command-options.js';

describe('the options of npm run reconcile', () => {
  it('are all off by default', () => {
    const off = { isDryRun: false, isDueOnly: false, isJson: false, isHelp: false };
    expect(readOptions([])).toEqual({ ...off, graceSeconds: undefined });
  });

  it('can all be set', () => {
    expect(readOptions(['--dry-run', '--due', '--json', '--grace', '60', '--help'])).toEqual({
      isDryRun: true,
      isDueOnly: true,
      isJson: true,
      isHelp: true,
      graceSeconds: 60,
    });
  });

  it.each([[['--grace', 'soon']], [['--grace=-1']], [['--dryrun']], [['now']]])(
    'refuse %j and show the help',
    (args) => {
      expect(() => readOptions(args)).toThrow(HELP);
    },
  );
});
