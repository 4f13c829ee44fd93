// `npm run lint`: runs every static check. Prints one line for each check with its time, and the output of failed checks.
// Exits with 1 when a check fails.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

// The project's Node 24, which runs TypeScript directly. Under `npm run` it also runs this file.
const ownNode = join(root, 'node_modules', 'node', 'bin', 'node');
const node = existsSync(ownNode) ? ownNode : process.execPath;

const CHECKS = [
  { name: 'oxlint', args: ['node_modules/oxlint/bin/oxlint'] },
  { name: 'boundaries', args: ['tools/boundaries/main.ts'] },
  { name: 'writing', args: ['tools/writing/main.ts'] },
  { name: 'commits', args: ['tools/check-commits.mjs'] },
  { name: 'knip', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  {
    name: 'prettier',
    // The cache compares file contents, because a checkout changes modification times.
    args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--cache', '--cache-strategy=content', '.'],
  },
];

/** Runs one check. Resolves to its exit code (1 after a signal), its output, and the time in milliseconds. */
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
  console.error('lint: the packages are not installed. Run `npm ci` first.');
  process.exit(1);
}

let failed = 0;
for (const { name, args } of CHECKS) {
  // One after another, because each check uses all cores.
  const { code, text, milliseconds } = await run(args);
  if (code !== 0) failed += 1;
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(11)} ${(milliseconds / 1000).toFixed(1)} s`);
  if (code !== 0) console.log(`${text}\n`);
}
console.log(failed === 0 ? 'lint: no findings' : `lint: ${failed} of ${CHECKS.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
