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
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return process.exit(2);
  }
}
