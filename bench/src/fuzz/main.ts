import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSeeds } from './draw-seeds.js';
import { type FuzzReport, makeCase, runFuzz } from './run-fuzz.js';
import { readOptions, refuseOption } from '../read-options.js';

const HELP = `npm run fuzz -- [options]      mutates pictures of every format and reports how the decoders handle them

  --seed S       repeat the same mutations; default: 1
  --count N      number of mutations; default: 1,000
  --from N       number of the first mutation, to repeat part of an earlier run; default: 0
  --only NAME    mutate only pictures whose names begin with NAME, e.g. jxl; default: all
  --processes N  decoder processes; default: 2
  --keep FILE    run nothing; write the one mutation that --from names to FILE
  --json FILE    also write a machine-readable report
  --help         print this help

Exits with 1 when a decoder died or hung, an error had no code, or memory grew by more than 10 %.
`;

const values = readOptions(
  {
    options: {
      help: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '1000' },
      from: { type: 'string', default: '0' },
      only: { type: 'string', default: '' },
      processes: { type: 'string', default: '2' },
      keep: { type: 'string' },
      json: { type: 'string' },
    },
  },
  HELP,
);

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  return refuseOption(`--${name}: expected a whole number from ${least}, got "${text}".`, HELP);
}

/** Names the beginnings of the names, which a user can choose from. */
function refuseNames(names: readonly string[]): never {
  const beginnings = [...new Set(names.map((name) => name.replace(/-.*/, '')))].toSorted().join(', ');
  return refuseOption(
    `--only: expected the beginning of a name (${beginnings}), got "${values.only}".`,
    HELP,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<boolean> {
  if (values.help) {
    process.stdout.write(HELP);
    return true;
  }
  const seed = whole('seed', values.seed, 0);
  const count = whole('count', values.count, 1);
  const from = whole('from', values.from, 0);
  const processes = whole('processes', values.processes, 1);
  const all = await drawSeeds();
  const seeds = all.filter(({ name }) => name.startsWith(values.only));
  if (seeds.length === 0) refuseNames(all.map(({ name }) => name));
  if (values.keep !== undefined) {
    const { bytes, seed: origin, how } = makeCase(seed, from, seeds);
    await writeFile(values.keep, bytes);
    print(`${values.keep}: ${origin}, ${how.join(', ')}, ${bytes.length} bytes`);
    return true;
  }
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-fuzz-'));
  const step = Math.max(1, Math.floor(count / 20));
  try {
    const onProgress = (done: number) => void (done % step === 0 && print(`${done} of ${count}`));
    const report = await runFuzz({ seed, count, from, processes, seeds, folder, onProgress });
    summarize(report);
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    return report.passed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summarize({
  seed,
  count,
  seconds,
  ends,
  deaths,
  hangs,
  findings,
  replaced,
  memory,
  passed,
}: FuzzReport): void {
  print(`\nseed ${seed}, ${count} mutations in ${seconds} s`);
  for (const [code, number] of Object.entries(ends)) print(`  ${code.padEnd(20)} ${number}`);
  print(`decoder deaths ${deaths}, hangs ${hangs}, processes replaced ${JSON.stringify(replaced)}`);
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  if (memory.start && memory.end) {
    print(`memory of this process ${mebibytes(memory.start.own)} → ${mebibytes(memory.end.own)}`);
    print(`memory of a decoder    ${mebibytes(memory.start.decoder)} → ${mebibytes(memory.end.decoder)}`);
  }
  for (const finding of findings.slice(0, 20)) {
    print(
      `finding: --seed ${seed} --from ${finding.number}: ${finding.seed}, ${finding.how.join(', ')}: ${finding.what}`,
    );
  }
  print(passed ? 'passed' : 'failed');
}

process.exitCode = (await main()) ? 0 : 1;
