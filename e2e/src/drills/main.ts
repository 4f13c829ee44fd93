import { writeFile } from 'node:fs/promises';
import type { Drill } from './drill.js';
import { type DrillOptions, OptionFault, readOptions } from './drill-options.js';
import { type DrillReport, toText } from './drill-report.js';
import { allDrills } from './drills/all-drills.js';
import { runDrill } from './run-drill.js';

const HELP = `npm run drill -- [options]      starts the platform and breaks it, to show that nothing is lost

  --only NAMES   run only these drills, comma-separated; default: all
  --seed N       repeat the faults and pictures of the run with this seed; default: random, printed in the report
  --count N      least number of pictures uploaded in each drill; default: 1,000
  --blows N      kills and other momentary faults in each drill; default: 10
  --short        short form: at least 60 pictures, one fault of each kind, outages of 2 seconds
  --json FILE    also write a machine-readable report
  --list         list the drills
  --help         print this help

Each drill starts real processes: two apis, two workers, Redis, PostgreSQL and, for the storage drills, an S3 server.
Pictures are uploaded, deleted and retried until the fault was seen. Every call is repeated until it is answered. At
the end, the drill compares every acknowledged upload with the stored state. It exits with 1 when a picture was lost,
duplicated or left over, or when the fault did not really happen. All drills take about 45 minutes.
`;

/** Findings printed as soon as a drill ends; the report has more. */
const SHOWN = 5;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function runAll(drills: readonly Drill[], options: DrillOptions): Promise<DrillReport> {
  const report = { takenAt: new Date().toISOString(), seed: options.seed, count: options.count };
  const results = [];
  const notRun = [];
  for (const drill of drills) {
    const reason = await drill.missing?.();
    if (reason !== undefined) {
      notRun.push({ name: drill.name, reason });
      continue;
    }
    say(`${drill.name}: ${drill.summary}`);
    const result = await runDrill(drill, { ...options, say: (text) => say(`  ${text}`) });
    say(`  ${result.passed ? 'passed' : 'FAILED'} in ${result.seconds} s`);
    for (const finding of result.findings.slice(0, SHOWN)) say(`  ${finding}`);
    results.push(result);
  }
  return { ...report, results, notRun };
}

async function main(): Promise<void> {
  const options = readOptions(
    process.argv.slice(2),
    allDrills.map(({ name }) => name),
  );
  if (options.help) process.stdout.write(HELP);
  else if (options.list)
    for (const { name, summary } of allDrills) process.stdout.write(`${name.padEnd(18)}${summary}\n`);
  else {
    const { only } = options;
    const report = await runAll(
      only.length === 0 ? allDrills : allDrills.filter(({ name }) => only.includes(name)),
      options,
    );
    process.stdout.write(toText(report));
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    if (report.results.some(({ passed }) => !passed)) process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof OptionFault)) throw error;
  process.stderr.write(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
