import { describe, expect, it } from 'vitest';
import { HELP, readOptions } from './command-options.js';

describe('the options of npm run reconcile', () => {
  it('are all off by default', () => {
    const off = { isRehearsal: false, isDueAlone: false, isJson: false, isHelp: false };
    expect(readOptions([])).toEqual({ ...off, graceSeconds: undefined });
  });

  it('are read', () => {
    expect(readOptions(['--dry-run', '--due', '--json', '--grace', '60', '--help'])).toEqual({
      isRehearsal: true,
      isDueAlone: true,
      isJson: true,
      isHelp: true,
      graceSeconds: 60,
    });
  });

  it.each([[['--grace', 'soon']], [['--grace=-1']], [['--dryrun']], [['now']]])(
    '%j is refused with the help',
    (args) => {
      expect(() => readOptions(args)).toThrow(HELP);
    },
  );
});
