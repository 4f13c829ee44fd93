import { parseArgs } from 'node:util';
import { DarkroomError } from '@darkroom/errors';

export const HELP = `npm run reconcile -- [--dry-run] [--due] [--grace SECONDS] [--json]

Compares catalogue, queue and storage for every picture, and repairs the differences.

  --dry-run        Show what would be done, and change nothing.
  --due            Check storage only for what is due now, as the workers do every 15 seconds.
                   Default: check every picture.
  --grace SECONDS  Keep a stored file that belongs to no picture for this long. Default: 86400
                   (one day). While someone uploads, pass at least a few minutes: the file may
                   belong to an upload that is still running.
  --json           Print one JSON document that names everything that was done.
  --help           Print this text.

Uses the worker's settings (docs/settings.md). The exit code is 1 when a
check could not be finished; repaired differences do not count.
`;

export interface CommandOptions {
  isDryRun: boolean;
  isDueOnly: boolean;
  isJson: boolean;
  isHelp: boolean;
  /** Undefined: the reconciler's default. */
  graceSeconds: number | undefined;
}

/** @throws DarkroomError `usage` with the mistake and the help */
export function readOptions(args: readonly string[]): CommandOptions {
  const { values } = parse(args);
  const { grace } = values;
  if (grace !== undefined && !/^\d{1,9}$/.test(grace))
    throw usageError(
      `--grace: expected a whole number of seconds from 0 to 999999999, got ${JSON.stringify(grace)}.`,
    );
  return {
    isDryRun: values['dry-run'] ?? false,
    isDueOnly: values.due ?? false,
    isJson: values.json ?? false,
    isHelp: values.help ?? false,
    graceSeconds: grace === undefined ? undefined : Number(grace),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'dry-run': { type: 'boolean' },
        due: { type: 'boolean' },
        grace: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}

function usageError(message: string): DarkroomError {
  return new DarkroomError({ code: 'usage', status: 422, message: `${message}\n\n${HELP}` });
}
