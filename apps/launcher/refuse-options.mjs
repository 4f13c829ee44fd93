// Plain JavaScript without dependencies: part of start.mjs and dev.mjs.

/**
 * Ends the process if the command got an option: it has none, only settings. Prints the help for `--help`.
 *
 * @param {string} command - as a user types it
 * @param {string} summary - what it does
 */
export function refuseOptions(command, summary) {
  const [option] = process.argv.slice(2);
  if (option === undefined) return;
  const help = `${command}      ${summary}

  It has no options. Set environment variables instead: docs/settings.md lists them.
  Example: DARKROOM_PORT=9000 ${command}
`;
  if (option === '--help' || option === '-h') {
    process.stdout.write(help);
    process.exit(0);
  }
  process.stderr.write(`Unknown option "${option}".\n\n${help}`);
  process.exit(2);
}
