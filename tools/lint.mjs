// `npm run lint`: every check that reads the code without running it. A line each with its time; what a check has to say
// follows when it fails. Ends with 1 when one of them does.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

// The project's own Node 24: it runs TypeScript as it stands. Under `npm run` it is the one that runs this file.
const ownNode = join(root, 'node_modules', 'node', 'bin', 'node');
const node = existsSync(ownNode) ? ownNode : process.execPath;

const CHECKS = [
  { name: 'oxlint', args: ['node_modules/oxlint/bin/oxlint'] },
  { name: 'boundaries', args: ['tools/boundaries/main.ts'] },
  { name: 'commits', args: ['tools/check-commits.mjs'] },
  { name: 'knip', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  {
    name: 'prettier',
    // Files are known by their content, so that a checkout, which changes their times, costs nothing.
    args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--cache', '--cache-strategy=content', '.'],
  },
];

/** Runs one check; resolves to its exit code (1 where a signal ended it), what it printed, and the time in milliseconds. */
function run(args) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [];
    child.stdout.on('data', (chunk) => printed.push(chunk));
    child.stderr.on('data', (chunk) => printed.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code: code ?? 1,
        text: Buffer.concat(printed).toString('utf8').trimEnd(),
        milliseconds: performance.now() - started,
      }),
    );
  });
}

if (!existsSync(join(root, 'node_modules', 'oxlint'))) {
  console.error('lint: the packages are not installed; run `npm ci` first');
  process.exit(1);
}

let failed = 0;
for (const { name, args } of CHECKS) {
  // One after the other: each uses all cores by itself.
  const { code, text, milliseconds } = await run(args);
  if (code !== 0) failed += 1;
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(11)} ${(milliseconds / 1000).toFixed(1)} s`);
  if (code !== 0) console.log(`${text}\n`);
}
console.log(failed === 0 ? 'lint: no findings' : `lint: ${failed} of ${CHECKS.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
