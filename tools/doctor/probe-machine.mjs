// The probes of `npm run doctor`. The tests find programs in the same way: libs/testing/src/doctor.medium.spec.ts checks
// this. Plain JavaScript without dependencies: it runs before the packages are installed.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Milliseconds for a program to print its version, on a busy machine. A Docker engine that hangs never answers. */
const ANSWER_LIMIT = 30_000;

/** Names under which systems install Chromium and similar browsers, the same as in libs/testing/src/find-chromium.ts. */
export const CHROMIUM_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];

/** The result of a probe: `found` if present, otherwise `reason`. */
const present = (found) => ({ present: true, found });
const absent = (reason) => ({ present: false, reason });

/** Finds the first of these programs on the PATH. */
function findOnPath(names, env = process.env) {
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

/** Runs a program. Resolves to its output, or to undefined if it fails or does not answer in time. */
function ask(command, args) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: ANSWER_LIMIT });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? output.trim() : undefined));
  });
}

const versionIn = (text) => /\d+(?:\.\d+)+/.exec(text)?.[0];

/** Whether the version `found` is at least `wanted`. */
function isAtLeast(found, wanted) {
  const [have, want] = [found, wanted].map((version) => version.split('.').map(Number));
  for (const [at, number] of want.entries()) {
    if ((have[at] ?? 0) !== number) return (have[at] ?? 0) > number;
  }
  return true;
}

/**
 * Probes a program on the PATH that prints its version.
 *
 * @param {string[]} names - the first one found is used
 * @param {{args?: string[]}} [options] - its arguments; `--help` prints no version
 */
export async function probeProgram(names, { args = ['--version'] } = {}) {
  const file = findOnPath(names);
  if (file === undefined) return absent(`${names.join(', ')}: not on the PATH`);
  const output = await ask(file, args);
  if (output === undefined) return absent(`${file} does not run`);
  const version = args.includes('--help') ? undefined : versionIn(output);
  return present([version, file].filter(Boolean).join(', '));
}

/** Probes the Docker engine: without it, the docker program cannot run containers. */
export async function probeDocker() {
  const file = findOnPath(['docker']);
  if (file === undefined) return absent('docker: not on the PATH');
  const version = await ask(file, ['info', '--format', '{{.ServerVersion}}']);
  if (!version) return absent('the Docker engine does not answer');
  return isAtLeast(version, '25') ? present(version) : absent(`${version}, but 25 or newer is needed`);
}

/** Probes a plugin of the docker program, such as `compose`. */
export async function probeDockerPlugin(plugin, atLeast) {
  const file = findOnPath(['docker']);
  if (file === undefined) return absent('docker: not on the PATH');
  const output = await ask(file, [plugin, 'version']);
  const version = output === undefined ? undefined : versionIn(output);
  if (version === undefined) return absent(`docker ${plugin}: not installed`);
  return isAtLeast(version, atLeast)
    ? present(version)
    : absent(`${version}, but ${atLeast} or newer is needed`);
}

/** Probes npm, preferably the one that runs this program. */
export async function probeNpm() {
  const caller = process.env.npm_execpath;
  if (caller !== undefined && /npm-cli\.c?js$/.test(caller)) {
    const version = await ask(process.execPath, [caller, '--version']);
    if (version !== undefined) return present(version);
  }
  return probeProgram(['npm', 'npm.cmd']);
}

export function probeNode(atLeast) {
  const version = process.versions.node;
  return isAtLeast(version, atLeast)
    ? present(version)
    : absent(`${version}, but ${atLeast} or newer is needed`);
}

const toGib = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Probes the free space on the disk of a folder. */
export function probeDisk(folder, atLeast) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  return free >= atLeast ? present(`${toGib(free)} free`) : absent(`${toGib(free)} free`);
}

export function probeMemory(atLeast) {
  const bytes = os.totalmem();
  return bytes >= atLeast ? present(toGib(bytes)) : absent(toGib(bytes));
}

/** Probes whether a server can listen on a port of the loopback address. */
export function probePort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }) =>
      resolve(
        absent(code === 'EADDRINUSE' ? 'in use, perhaps by Darkroom itself' : `cannot listen (${code})`),
      ),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(present('free'))));
  });
}

/** Finds where the AWS SDK would read credentials. Names only the place; it neither reads nor prints a secret. */
export function probeAwsCredentials(env = process.env) {
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return present('in the environment');
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return present('in AWS_WEB_IDENTITY_TOKEN_FILE');
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) {
    return present('from the container');
  }
  const file =
    awsFile(env, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials') ?? awsFile(env, 'AWS_CONFIG_FILE', 'config');
  if (file === undefined) return absent('not in the environment, not in ~/.aws');
  return present(env.AWS_PROFILE ? `${file}, profile ${env.AWS_PROFILE}` : file);
}

export function probeAwsRegion(env = process.env) {
  const name = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((variable) => env[variable]);
  if (name !== undefined) return present(`${env[name]}, from ${name}`);
  const file = awsFile(env, 'AWS_CONFIG_FILE', 'config');
  return file === undefined ? absent('not set; pass --region') : present(`possibly in ${file}`);
}

function awsFile(env, variable, name) {
  const file = env[variable] || path.join(env.HOME || os.homedir(), '.aws', name);
  return existsSync(file) ? file : undefined;
}

/** Returns the first finding that is present, or all reasons. */
export function anyOf(...findings) {
  return (
    findings.find((finding) => finding.present) ?? absent(findings.map(({ reason }) => reason).join('; '))
  );
}

/** Probes a file or folder of this checkout. */
export function probeFile(file, found, reason) {
  return existsSync(file) ? present(found) : absent(reason);
}
