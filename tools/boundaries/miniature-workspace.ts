import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';

/** Files of a workspace: path to text. */
export type Files = Readonly<Record<string, string>>;

interface MiniatureProject {
  readonly tags: readonly string[];
  readonly dependencies?: readonly string[];
  readonly devDependencies?: readonly string[];
  readonly sources: Files;
}

const PROJECTS: Readonly<Record<string, MiniatureProject>> = {
  'libs/errors': {
    tags: ['type:lib', 'pure'],
    sources: { 'index.ts': `export class Fault extends Error {}\n` },
  },
  'libs/contracts': {
    tags: ['type:lib', 'pure'],
    dependencies: ['@darkroom/errors', 'zod'],
    sources: {
      'index.ts': `import { Fault } from '@darkroom/errors';\nimport { z } from 'zod';\nexport * from './limits.js';\nexport const faults = [Fault, z];\n`,
      'limits.ts': `export const LIMIT = 1;\n`,
      // Tests of browser code run in Node, so they may use it.
      'limits.spec.ts': `import { readFileSync } from 'node:fs';\nimport { expect } from 'vitest';\nexpect(readFileSync);\n`,
    },
  },
  'libs/config': {
    tags: ['type:lib', 'adapter'],
    sources: { 'index.ts': `export const port = process.env.DARKROOM_PORT;\n` },
  },
  'libs/catalogue': {
    tags: ['type:lib', 'adapter'],
    dependencies: ['pg'],
    devDependencies: ['@darkroom/testing'],
    sources: {
      'index.ts': `import pg from 'pg';\nexport const pool = pg;\n`,
      'index.medium.spec.ts': `import { draw } from '@darkroom/testing';\ndraw();\n`,
      'testing/suite.ts': `import { draw } from '@darkroom/testing';\nimport { expect } from 'vitest';\nexpect(draw());\n`,
    },
  },
  'libs/queue': {
    tags: ['type:lib', 'adapter'],
    dependencies: ['@darkroom/contracts', 'bullmq'],
    sources: {
      'index.ts': `import { LIMIT } from '@darkroom/contracts';\nimport { Queue } from 'bullmq';\nexport const queue = [Queue, LIMIT];\n`,
    },
  },
  'libs/imaging': {
    tags: ['type:lib', 'adapter'],
    dependencies: ['sharp'],
    sources: { 'index.ts': `import sharp from 'sharp';\nexport const engine = sharp;\n` },
  },
  'libs/testing': {
    tags: ['type:lib', 'testing'],
    dependencies: ['sharp'],
    sources: {
      'index.ts': `import sharp from 'sharp';\nexport const draw = () => [sharp, process.env.CI];\n`,
    },
  },
  'libs/aws-emulator': {
    tags: ['type:lib', 'emulator'],
    devDependencies: ['@darkroom/testing'],
    sources: {
      'index.ts': `export const startEmulator = () => 'http://127.0.0.1:4566';\n`,
      'index.spec.ts': `import { draw } from '@darkroom/testing';\ndraw();\n`,
    },
  },
  'apps/api': {
    tags: ['type:app'],
    dependencies: ['@darkroom/config', '@darkroom/contracts', '@darkroom/queue'],
    sources: {
      'index.ts': `import { port } from '@darkroom/config';\nimport type { LIMIT } from '@darkroom/contracts';\nimport { queue } from '@darkroom/queue';\nexport const api = [port, queue];\nexport type Limit = typeof LIMIT;\n`,
    },
  },
  'apps/worker': {
    tags: ['type:app'],
    dependencies: ['@darkroom/imaging'],
    sources: { 'index.ts': `import { engine } from '@darkroom/imaging';\nexport const worker = engine;\n` },
  },
  'apps/web': {
    tags: ['type:web'],
    dependencies: ['@darkroom/contracts', 'preact'],
    devDependencies: ['vite'],
    sources: {
      'main.tsx': `import { LIMIT } from '@darkroom/contracts';\nimport { render } from 'preact';\nimport './index.css';\nrender(<p>{LIMIT}</p>, document.body);\n`,
      'main.spec.ts': `import { expect } from 'vitest';\nexpect(Buffer);\n`,
    },
  },
  e2e: {
    tags: ['type:e2e'],
    dependencies: ['@darkroom/contracts', '@darkroom/testing'],
    sources: {
      'upload.spec.ts': `import { LIMIT } from '@darkroom/contracts';\nimport { draw } from '@darkroom/testing';\nimport { expect } from 'vitest';\nexpect([LIMIT, draw()]);\n`,
    },
  },
  provision: {
    tags: ['type:provision'],
    dependencies: ['@aws-sdk/client-ec2', '@darkroom/errors'],
    devDependencies: ['@darkroom/aws-emulator'],
    sources: {
      'index.ts': `import { Fault } from '@darkroom/errors';\nexport const fault = Fault;\n`,
      'index.spec.ts': `import { startEmulator } from '@darkroom/aws-emulator';\nstartEmulator();\n`,
      'aws/clients.ts': `import { EC2Client } from '@aws-sdk/client-ec2';\nexport const ec2 = new EC2Client();\n`,
      // A resource may import the type of a client. It receives the client as an argument.
      'resources/volume.ts': `import { CreateVolumeCommand, type EC2Client } from '@aws-sdk/client-ec2';\nimport type { EC2 } from '@aws-sdk/client-ec2';\nexport const create = (ec2: EC2Client | EC2) => [ec2, CreateVolumeCommand];\n`,
    },
  },
};

/** Returns the files of a workspace without offences, with projects of several kinds. */
export function miniatureFiles(): Files {
  const folders = Object.keys(PROJECTS);
  const manifest = { private: true, workspaces: ['libs/*', 'apps/*', 'e2e', 'provision'] };
  return {
    'package.json': JSON.stringify({ ...manifest, devDependencies: { vitest: '1.0.0' } }),
    'tsconfig.json': JSON.stringify({ files: [], references: folders.map((path) => ({ path })) }),
    'vitest.config.ts': `import 'vitest/config';\nexport default { ci: process.env.CI };\n`,
    'tools/test.mjs': `import { install } from './bootstrap/install.mjs';\ninstall(process.env.PATH);\n`,
    'tools/bootstrap/install.mjs': `export const install = console.log;\n`,
    'apps/worker/start.mjs': `import { install } from '../../tools/bootstrap/install.mjs';\ninstall();\n`,
    // The build of the page runs in Node.
    'apps/web/vite.config.mjs': `import { join } from 'node:path';\nexport default { root: join('.') };\n`,
    ...Object.fromEntries(folders.flatMap((folder) => projectFiles(folder))),
  };
}

/** Returns the package.json of a miniature project. */
export function miniatureManifest(name: string, project: Partial<MiniatureProject>): string {
  const versions = (names: readonly string[] = []) => Object.fromEntries(names.map((one) => [one, '0.1.0']));
  return JSON.stringify({
    name: `@darkroom/${name}`,
    exports: {
      '.': { '@darkroom/source': './src/index.ts' },
      './testing': { '@darkroom/source': './src/testing/index.ts' },
    },
    nx: { tags: project.tags },
    dependencies: versions(project.dependencies),
    devDependencies: versions(project.devDependencies),
  });
}

function projectFiles(folder: string): [string, string][] {
  const project = PROJECTS[folder];
  if (project === undefined) return [];
  const { dependencies = [], devDependencies = [], sources } = project;
  const references = [...dependencies, ...devDependencies]
    .filter((name) => name.startsWith('@darkroom/'))
    .map((name) => `{ "path": "${posix.relative(folder, name.replace('@darkroom', 'libs'))}" }`);
  return [
    [`${folder}/package.json`, miniatureManifest(posix.basename(folder), project)],
    // A tsconfig file may contain comments and trailing commas.
    [`${folder}/tsconfig.json`, `{\n  // what it imports\n  "references": [${references.join(', ')}],\n}\n`],
    ...Object.entries(sources).map(([path, text]): [string, string] => [`${folder}/src/${path}`, text]),
  ];
}

/** Writes files to a new temporary folder. Disposing removes the folder. */
export function writeWorkspace(files: Files): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-boundaries-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
