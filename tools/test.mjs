// `npm test`: see HELP.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  BootstrapFault,
  IN_CI,
  NODE,
  ROOT,
  build,
  buildWeb,
  ensureInstalled,
  environment,
  run,
} from './bootstrap/bootstrap.mjs';
import { createSteps } from './bootstrap/steps.mjs';

const HELP = `npm test -- [options] [filters]      installs what is missing, then runs every tier that this machine can run

  --tier TIERS   only these tiers, comma-separated: static, unit, medium, e2e; may be repeated; default: all
  --affected     only projects that differ from main, and their dependents
  --help         print this help

Filters and other options go to vitest, for example: npm test -- libs/queue -t retry. They skip the static tier.
The last line is "N passed, N failed". With CI=true, tests that cannot run count as failed.
`;

const VITEST_TIERS = ['unit', 'medium', 'e2e'];
const TIERS = ['static', ...VITEST_TIERS];
const steps = createSteps(process.stdout);
const tally = { passed: 0, failed: 0 };
/** Notes to print at the end of the run. */
const notes = [];

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  // The terminal also signals vitest. This process stays to report and to exit with the correct code.
  process.on(signal, () => {
    interrupted = true;
    current?.kill(signal);
  });
}
let current;

function parseArguments(args) {
  const tiers = [];
  const rest = [];
  let affected = false;
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === '--tier') tiers.push(...(args[(at += 1)] ?? '').split(','));
    else if (args[at].startsWith('--tier=')) tiers.push(...args[at].slice('--tier='.length).split(','));
    else if (args[at] === '--affected') affected = true;
    else rest.push(args[at]);
  }
  const unknown = tiers.find((tier) => !TIERS.includes(tier));
  if (unknown !== undefined) {
    throw new BootstrapFault(`--tier: expected one of ${TIERS.join(', ')}, got "${unknown}".`);
  }
  const standard = rest.length > 0 ? VITEST_TIERS : TIERS;
  return {
    tiers: tiers.length > 0 ? TIERS.filter((tier) => tiers.includes(tier)) : standard,
    rest,
    affected,
  };
}

/** Runs Nx, which reuses cached results for the same inputs, except in CI (tools/nx-plugin.mjs). */
function nx(args) {
  return run(NODE, [path.join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), ...args]);
}

/** The folders of projects that differ from `main`, and of their dependents, as file filters for vitest. */
async function affectedFolders() {
  const { code, output } = await nx(['show', 'projects', '--affected', '--json']);
  if (code !== 0) throw new BootstrapFault(`Nx could not list the affected projects:\n${output.trim()}`);
  const names = JSON.parse(/^\[.*\]$/m.exec(output)?.[0] ?? '[]');
  steps.line(`Affected: ${names.join(', ') || 'nothing'}`);
  return names.map((name) => `${folderOf(name)}/`);
}

/** npm links each package to its folder. The sources of the root are in `tools`. */
function folderOf(name) {
  const link = path.join(ROOT, 'node_modules', name);
  return existsSync(link) ? path.relative(ROOT, realpathSync(link)) : 'tools';
}

/** Runs and counts a check outside vitest. */
async function check(name, work) {
  try {
    await steps.step(name, work);
    tally.passed += 1;
    return true;
  } catch (error) {
    tally.failed += 1;
    steps.line(error instanceof BootstrapFault ? error.message : String(error?.stack ?? error));
    notes.push(`static: "${name}" failed, see above.`);
    return false;
  }
}

/** Runs `npm run lint`: lint, boundaries, format and further checks. */
function checkStatically() {
  return check('Lint and format', async () => {
    const { code, output } = await nx(['run', 'darkroom:lint', '--output-style=static']);
    if (code !== 0) throw new BootstrapFault(output.trim());
  });
}

/** Only CI checks advisories, because they change without a commit. An unreachable registry does not fail the run. */
async function checkAdvisories() {
  const { code, output } = await run(NODE, [path.join('tools', 'audit.mjs')]);
  if (code === 2) {
    notes.push(`static: ${output.trim()}`);
    return;
  }
  await check('Advisories for production packages', () => {
    if (code !== 0) throw new BootstrapFault(output.trim());
  });
}

function runVitest(tier, rest, scratch) {
  const report = path.join(scratch, `${tier}.json`);
  const notRun = path.join(scratch, `${tier}.not-run`);
  const args = [
    path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    // `medium` consists of two projects.
    '--project',
    `${tier}*`,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    // A cache of transformed modules would outlive its checkout.
    ...(IN_CI ? ['--fsModuleCache=false'] : []),
    ...rest,
  ];
  return new Promise((resolve) => {
    current = spawn(NODE, args, {
      cwd: ROOT,
      stdio: 'inherit',
      env: environment({ DARKROOM_TEST_REPORT: notRun, TESTCONTAINERS_RYUK_DISABLED: 'true' }),
    });
    const settle = (code) => {
      current = undefined;
      const text = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
      resolve({
        code,
        report: JSON.parse(text(report) || 'null'),
        notRun: text(notRun)
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      });
    };
    current.once('error', () => settle(127));
    current.once('close', (code) => settle(code ?? 1));
  });
}

/** Counts files that failed to load: they fail without a failed test. */
function brokenFiles(report) {
  return report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
}

async function runTier(tier, rest, scratch) {
  steps.line(`\n── ${tier}`);
  const { code, report, notRun } = await runVitest(tier, rest, scratch);
  const passed = report?.numPassedTests ?? 0;
  let failed = report === null ? 0 : report.numFailedTests + brokenFiles(report);
  // vitest also fails for errors outside tests, such as in a global setup or an unhandled rejection.
  if (code !== 0 && failed === 0) {
    failed = 1;
    notes.push(`${tier}: vitest ended with exit code ${code}.`);
  }
  const skipped = report === null ? 0 : report.numPendingTests + (report.numTodoTests ?? 0);
  for (const { what, reason } of notRun) notes.push(`${tier}: not run with ${what}: ${reason}`);
  // Optional extras, such as your photographs, are missing on most machines.
  if (IN_CI) failed += notRun.filter(({ optional }) => optional !== true).length;
  tally.passed += passed;
  tally.failed += failed;
  if (report !== null && report.numTotalTests === 0) notes.push(`${tier}: no tests.`);
  if (skipped > 0) notes.push(`${tier}: ${skipped} skipped.`);
}

async function main() {
  const { tiers, rest, affected } = parseArguments(process.argv.slice(2));
  await ensureInstalled(steps);
  if (affected) {
    const folders = await affectedFolders();
    // Without a filter vitest would run everything.
    if (folders.length === 0) return;
    rest.push(...folders);
  }
  const scratch = mkdtempSync(path.join(tmpdir(), 'darkroom-test-report-'));
  try {
    await check('Compiling changed projects', () => build(createSilentSteps()));
    await check('Building the gallery', () => buildWeb(createSilentSteps()));
    for (const tier of tiers) {
      if (interrupted) break;
      if (tier === 'static') {
        await checkStatically();
        if (IN_CI) await checkAdvisories();
      } else await runTier(tier, rest, scratch);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Steps without output, for work inside a step that prints. */
function createSilentSteps() {
  return { step: (_, work) => work(() => undefined), line: () => undefined };
}

if (process.argv.includes('--help')) {
  process.stdout.write(HELP);
  process.exit();
}

try {
  await main();
} catch (error) {
  tally.failed += 1;
  notes.push(error instanceof BootstrapFault ? error.message : String(error?.stack ?? error));
}
if (interrupted) {
  tally.failed += 1;
  notes.push('The run was interrupted.');
}
steps.line('');
for (const note of notes) steps.line(note);
steps.line(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = interrupted ? 130 : tally.failed > 0 ? 1 : 0;
