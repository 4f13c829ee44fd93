// How `npm run doctor` looks for one thing. The tests look the same way (libs/testing, held together by
// libs/testing/src/doctor.medium.spec.ts). Plain JavaScript without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Milliseconds for a program to give its version, on a machine that is busy: a Docker engine that hangs never answers. */
const ANSWER_LIMIT = 30_000;

/** Names under which systems install Chromium and its like; libs/testing/src/find-chromium.ts has the same. */
export const CHROMIUM_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];

/** What a probe found: `found` when it is there, else `reason`. */
const present = (found) => ({ present: true, found });
const absent = (reason) => ({ present: false, reason });

/** The first program of these names on the PATH. */
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

/** Runs a program; resolves to what it printed, or to undefined when it fails or does not answer in time. */
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

/** Whether version `found` is at least `wanted`, number by number. */
function isAtLeast(found, wanted) {
  const [have, want] = [found, wanted].map((version) => version.split('.').map(Number));
  for (const [at, number] of want.entries()) {
    if ((have[at] ?? 0) !== number) return (have[at] ?? 0) > number;
  }
  return true;
}

/**
 * A program on the PATH that answers with its version.
 *
 * @param {string[]} names - the first that is there counts
 * @param {{args?: string[]}} [options] - what it is asked; `--help` gives no version
 */
export async function probeProgram(names, { args = ['--version'] } = {}) {
  const file = findOnPath(names);
  if (file === undefined) return absent(`${names.join(', ')}: not on the PATH`);
  const output = await ask(file, args);
  if (output === undefined) return absent(`${file} does not run`);
  const version = args.includes('--help') ? undefined : versionIn(output);
  return present([version, file].filter(Boolean).join(', '));
}

/** The Docker engine, by its answer: the program alone runs no container. */
export async function probeDocker() {
  const file = findOnPath(['docker']);
  if (file === undefined) return absent('docker: not on the PATH');
  const version = await ask(file, ['info', '--format', '{{.ServerVersion}}']);
  if (!version) return absent('the Docker engine does not answer');
  return isAtLeast(version, '25') ? present(version) : absent(`${version}, at least 25 is needed`);
}

/** A plugin of the docker program, such as `compose`. */
export async function probeDockerPlugin(plugin, atLeast) {
  const file = findOnPath(['docker']);
  if (file === undefined) return absent('docker: not on the PATH');
  const output = await ask(file, [plugin, 'version']);
  const version = output === undefined ? undefined : versionIn(output);
  if (version === undefined) return absent(`docker ${plugin}: not installed`);
  return isAtLeast(version, atLeast) ? present(version) : absent(`${version}, at least ${atLeast} is needed`);
}

/** npm, the one that runs this program first. */
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
  return isAtLeast(version, atLeast) ? present(version) : absent(`${version}, at least ${atLeast} is needed`);
}

const toGib = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Free bytes on the disk of a folder. */
export function probeDisk(folder, atLeast) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  return free >= atLeast ? present(`${toGib(free)} free`) : absent(`${toGib(free)} free`);
}

export function probeMemory(atLeast) {
  const bytes = os.totalmem();
  return bytes >= atLeast ? present(toGib(bytes)) : absent(toGib(bytes));
}

/** Whether a server could listen on a port of the loopback address. */
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

/** Where the AWS SDK would find credentials. Only the place is named: no value of a secret is read or shown. */
export function probeAwsCredentials(env = process.env) {
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return present('in the environment');
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return present('by AWS_WEB_IDENTITY_TOKEN_FILE');
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) {
    return present('from the container');
  }
  const file =
    awsFile(env, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials') ?? awsFile(env, 'AWS_CONFIG_FILE', 'config');
  if (file === undefined) return absent('none in the environment, none in ~/.aws');
  return present(env.AWS_PROFILE ? `${file}, profile ${env.AWS_PROFILE}` : file);
}

export function probeAwsRegion(env = process.env) {
  const name = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((variable) => env[variable]);
  if (name !== undefined) return present(`${env[name]}, by ${name}`);
  const file = awsFile(env, 'AWS_CONFIG_FILE', 'config');
  return file === undefined ? absent('not set; pass --region') : present(`perhaps in ${file}`);
}

function awsFile(env, variable, name) {
  const file = env[variable] || path.join(env.HOME || os.homedir(), '.aws', name);
  return existsSync(file) ? file : undefined;
}

/** One of several ways to the same thing. */
export function anyOf(...findings) {
  return (
    findings.find((finding) => finding.present) ?? absent(findings.map(({ reason }) => reason).join('; '))
  );
}

/** A file or folder of this checkout. */
export function probeFile(file, found, reason) {
  return existsSync(file) ? present(found) : absent(reason);
}
