import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { ProvisionFault } from '../errors.js';

/** Where a command reads and writes. */
export interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean };
  errors: Writable & { isTTY?: boolean; columns?: number };
}

/**
 * Asks the user.
 *
 * @returns the answer, trimmed
 * @throws ProvisionFault `usage` without a terminal
 */
export async function ask(
  { input, errors }: Terminal,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  if (input.isTTY !== true) {
    throw new ProvisionFault(
      'usage',
      'There is no terminal to ask for confirmation. Repeat the command with --yes.',
    );
  }
  const dialogue = createInterface({ input, output: errors });
  try {
    return (await dialogue.question(question, { signal })).trim();
  } finally {
    dialogue.close();
  }
}
