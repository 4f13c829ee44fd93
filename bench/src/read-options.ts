import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * Reads the options of a command line. Prints a wrong one with the help, and ends the process with exit code 2.
 *
 * @param help - printed after the message
 */
export function readOptions<Config extends ParseArgsConfig>(
  config: Config,
  help: string,
): ReturnType<typeof parseArgs<Config>>['values'] {
  try {
    return parseArgs(config).values;
  } catch (error) {
    return refuseOption(error instanceof Error ? error.message : String(error), help);
  }
}

/** Prints what is wrong with an option, then the help, and ends the process with exit code 2. */
export function refuseOption(message: string, help: string): never {
  process.stderr.write(`${message}\n\n${help}`);
  return process.exit(2);
}
