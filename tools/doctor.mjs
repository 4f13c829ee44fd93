// `npm run doctor`: shows what this machine lacks for each tier of the tests and each command, and how to get it.
//   npm run doctor -- --json   prints the report as JSON
// Exits with 0 when `npm start` and the unit tests can run, otherwise with 1. Everything else is optional. Plain
// JavaScript without dependencies: it runs before the packages are installed, on any Node ≥ 20.
import { THINGS, USES } from './doctor/things.mjs';

const HELP = `npm run doctor -- [options]      shows what this machine lacks, and how to get it

  --json    print the report as JSON
  --help    print this help

✓ found   – missing: some commands run without a part   ✗ missing: some commands cannot run
Exits with 0 when npm start and the unit tests can run, otherwise with 1.
`;

/** Uses that must work for the exit code 0. */
const ESSENTIAL = ['start', 'unit'];
const MARKS = { found: '✓', optional: '–', missing: '✗' };
const COLOURS = { found: 32, optional: 33, missing: 31 };

async function examine() {
  const things = await Promise.all(
    THINGS.map(async ({ id, what, needed = [], better = [], probe, get }) => {
      const finding = await probe();
      const state = finding.present ? 'found' : needed.length > 0 ? 'missing' : 'optional';
      const detail = finding.present ? finding.found : finding.reason;
      return { id, what, state, detail, needed, better, get };
    }),
  );
  const lacking = things.filter(({ state }) => state !== 'found');
  const uses = Object.entries(USES).map(([id, command]) => {
    const stoppedBy = lacking.filter(({ needed }) => needed.includes(id)).map((thing) => thing.id);
    const without = lacking.filter(({ better }) => better.includes(id)).map((thing) => thing.id);
    const state = stoppedBy.length > 0 ? 'missing' : without.length > 0 ? 'optional' : 'found';
    return { id, command, state, stoppedBy, without };
  });
  const ready = uses.every(({ id, state }) => !ESSENTIAL.includes(id) || state !== 'missing');
  return { ready, things, uses };
}

function render({ ready, things, uses }) {
  const system = process.platform === 'darwin' ? 'macos' : 'debian';
  const colour = process.stdout.isTTY;
  const mark = (state) => (colour ? `\u001b[${COLOURS[state]}m${MARKS[state]}\u001b[0m` : MARKS[state]);
  const width = Math.max(...things.map(({ what }) => what.length));
  const commandWidth = Math.max(...uses.map(({ command }) => command.length));
  const lines = ['This machine (✓ found, – missing but optional, ✗ missing)'];
  const names = (ids) => ids.map((id) => things.find((thing) => thing.id === id).what).join('; ');
  for (const { what, state, detail, get } of things) {
    lines.push(`${mark(state)} ${what.padEnd(width)}  ${detail}`);
    if (state !== 'found') lines.push(`  ${' '.repeat(width)}  → ${get[system]}`);
  }
  lines.push('', 'What it can run');
  for (const { command, state, stoppedBy, without } of uses) {
    const parts = [
      ...(stoppedBy.length > 0 ? [`needs ${names(stoppedBy)}`] : []),
      ...(without.length > 0 ? [`skips the parts that need ${names(without)}`] : []),
    ];
    lines.push(`${mark(state)} ${command.padEnd(commandWidth)}  ${parts.join('; ')}`.trimEnd());
  }
  lines.push(
    '',
    ready
      ? 'npm start and the unit tests can run.'
      : 'npm start or the unit tests cannot run; see the lines with ✗.',
  );
  return `${lines.join('\n')}\n`;
}

const args = process.argv.slice(2);
const unknown = args.find((arg) => !['--json', '--help'].includes(arg));
if (unknown !== undefined) {
  process.stderr.write(`Unknown option "${unknown}".\n\n${HELP}`);
  process.exitCode = 1;
} else if (args.includes('--help')) {
  process.stdout.write(HELP);
} else {
  const report = await examine();
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : render(report));
  process.exitCode = report.ready ? 0 : 1;
}
