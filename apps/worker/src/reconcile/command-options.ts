import { parseArgs } from 'node:util';
import { DarkroomError } from '@darkroom/errors';

export const HELP = `npm run reconcile -- [--dry-run] [--due] [--grace SECONDS] [--json]

Compares catalogue, queue and storage now, every picture of them, and puts right what differs.

  --dry-run        show what would be done, and do nothing
  --due            compare with storage only those whose turn it is, as the workers do every few seconds
  --grace SECONDS  keep an object that no picture names for so long (default: 86400, a day). It may be an upload that is
                   still under way: anything below a few minutes is for a Darkroom that nobody uploads to
  --json           one JSON document, with everything that was done by name
  --help           this text

The settings are those of the worker (docs/settings.md). Ends with 1 when something could not be looked at.
`;

export interface CommandOptions {
  isRehearsal: boolean;
  isDueAlone: boolean;
  isJson: boolean;
  isHelp: boolean;
  /** Undefined: as the reconciler does by itself. */
  graceSeconds: number | undefined;
}

/** @throws DarkroomError `usage` with what is wrong, and the help */
export function readOptions(args: readonly string[]): CommandOptions {
  const { values } = parse(args);
  const { grace } = values;
  if (grace !== undefined && !/^\d{1,9}$/.test(grace))
    throw usage(`--grace got ${JSON.stringify(grace)}; it takes a whole number of seconds.`);
  return {
    isRehearsal: values['dry-run'] ?? false,
    isDueAlone: values.due ?? false,
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
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(message: string): DarkroomError {
  return new DarkroomError({ code: 'usage', status: 422, message: `${message}\n\n${HELP}` });
}
