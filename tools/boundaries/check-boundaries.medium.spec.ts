import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkBoundaries } from './check-boundaries.ts';
import { formatFinding, type RuleName } from './finding.ts';
import { miniatureFiles, miniatureManifest, writeWorkspace, type Files } from './miniature-workspace.ts';

function findingsWith(planted: Files): string[] {
  using workspace = writeWorkspace({ ...miniatureFiles(), ...planted });
  return checkBoundaries(workspace.folder).map(formatFinding);
}

interface Offence {
  readonly what: string;
  readonly planted: Files;
  readonly rule: RuleName;
  /** `path:line` of the expected finding. */
  readonly at: string;
}

const extra = (text: string): Files => ({ 'apps/api/src/extra.ts': `export {};\n${text}\n` });
const AT_EXTRA = 'apps/api/src/extra.ts:2';

const OFFENCES: readonly Offence[] = [
  // Technologies.
  ...[
    `import { Queue } from 'bullmq';`,
    `import type { Queue } from 'bullmq';`,
    `export { Queue } from 'bullmq';`,
    `export * from 'bullmq';`,
    `const bull = await import('bullmq');`,
    'const bull = await import(`bullmq/esm`);',
    `type Queue = import('bullmq').Queue;`,
    `import bull = require('bullmq');`,
    `const bull = require('bullmq');`,
    `import '@nestjs/bullmq';`,
    `import { Redis } from 'ioredis';`,
    `import pg from 'pg';`,
    `import postgres from 'postgres';`,
    `import sharp from 'sharp';`,
  ].map((text) => ({ what: text, planted: extra(text), rule: 'technology-owner' as const, at: AT_EXTRA })),
  {
    what: 'bullmq in a test of another adapter',
    planted: { 'libs/catalogue/src/extra.spec.ts': `import 'bullmq';\n` },
    rule: 'technology-owner',
    at: 'libs/catalogue/src/extra.spec.ts:1',
  },
  // The AWS SDK.
  ...[
    `import { S3Client } from '@aws-sdk/client-s3';`,
    `import type { S3ServiceException } from '@aws-sdk/client-s3';`,
    `import { getSignedUrl } from '@aws-sdk/s3-request-presigner';`,
    `import AWS from 'aws-sdk';`,
    `import { cbor } from '@smithy/core/cbor';`,
  ].map((text) => ({ what: text, planted: extra(text), rule: 'technology-owner' as const, at: AT_EXTRA })),
  ...['cli', 'prices', 'release'].map((folder) => ({
    what: `the AWS SDK in the ${folder} of the provisioner`,
    planted: { [`provision/src/${folder}/extra.ts`]: `import type { Vpc } from '@aws-sdk/client-ec2';\n` },
    rule: 'technology-owner' as const,
    at: `provision/src/${folder}/extra.ts:1`,
  })),
  {
    what: 'the wire format of AWS in the provisioner',
    planted: { 'provision/src/resources/extra.ts': `import { cbor } from '@smithy/core/cbor';\n` },
    rule: 'technology-owner',
    at: 'provision/src/resources/extra.ts:1',
  },
  ...[
    `import { EC2Client } from '@aws-sdk/client-ec2';`,
    `import { EC2Client as Client, type Vpc } from '@aws-sdk/client-ec2';`,
    `import { 'EC2Client' as Client } from '@aws-sdk/client-ec2';`,
    `import { EC2 } from '@aws-sdk/client-ec2';`,
    `import * as ec2 from '@aws-sdk/client-ec2';`,
    `import ec2 from '@aws-sdk/client-ec2';`,
    `export { EC2Client } from '@aws-sdk/client-ec2';`,
    `export * from '@aws-sdk/client-ec2';`,
    `const { EC2Client } = await import('@aws-sdk/client-ec2');`,
  ].map((text) => ({
    what: `a resource that constructs an AWS client: ${text}`,
    planted: { 'provision/src/resources/extra.ts': `export {};\n${text}\n` },
    rule: 'technology-owner' as const,
    at: 'provision/src/resources/extra.ts:2',
  })),
  {
    what: 'an S3 client constructed outside src/s3',
    planted: { 'libs/storage/src/extra.ts': `import { S3Client } from '@aws-sdk/client-s3';\n` },
    rule: 'technology-owner',
    at: 'libs/storage/src/extra.ts:1',
  },
  // The environment.
  {
    what: 'process.env in an app',
    planted: extra(`console.log(process.env.PORT);`),
    rule: 'process-env',
    at: AT_EXTRA,
  },
  {
    what: 'process.env in a plain JavaScript file in src',
    planted: { 'apps/api/src/extra.mjs': `console.log(process.env.PORT);\n` },
    rule: 'process-env',
    at: 'apps/api/src/extra.mjs:1',
  },
  {
    what: 'process.env in a TypeScript file in tools',
    planted: { 'tools/extra.ts': `console.log(process.env.PORT);\n` },
    rule: 'process-env',
    at: 'tools/extra.ts:1',
  },
  // Projects.
  {
    what: 'an app that imports another by name',
    planted: extra(`import '@darkroom/worker';`),
    rule: 'project-imports',
    at: AT_EXTRA,
  },
  {
    what: 'an app that imports another by path',
    planted: extra(`import '../../worker/src/index.js';`),
    rule: 'project-imports',
    at: AT_EXTRA,
  },
  {
    what: 'a library that imports an app',
    planted: { 'libs/queue/src/extra.ts': `import '@darkroom/api';\n` },
    rule: 'project-imports',
    at: 'libs/queue/src/extra.ts:1',
  },
  {
    what: 'an adapter that imports a type from another adapter',
    planted: { 'libs/queue/src/extra.ts': `import type { pool } from '@darkroom/catalogue';\n` },
    rule: 'project-imports',
    at: 'libs/queue/src/extra.ts:1',
  },
  {
    what: 'a pure library that imports an adapter',
    planted: { 'libs/contracts/src/extra.ts': `import '@darkroom/config';\n` },
    rule: 'project-imports',
    at: 'libs/contracts/src/extra.ts:1',
  },
  {
    what: 'an end-to-end test that imports an adapter',
    planted: { 'e2e/src/extra.spec.ts': `import '@darkroom/catalogue';\n` },
    rule: 'project-imports',
    at: 'e2e/src/extra.spec.ts:1',
  },
  {
    what: 'an end-to-end test that imports a pure library other than the contracts',
    planted: { 'e2e/src/extra.spec.ts': `import '@darkroom/errors';\n` },
    rule: 'project-imports',
    at: 'e2e/src/extra.spec.ts:1',
  },
  {
    what: 'the provisioner that imports an adapter',
    planted: { 'provision/src/extra.ts': `import '@darkroom/config';\n` },
    rule: 'project-imports',
    at: 'provision/src/extra.ts:1',
  },
  {
    what: 'an app that imports the provisioner',
    planted: extra(`import '@darkroom/provision';`),
    rule: 'project-imports',
    at: AT_EXTRA,
  },
  {
    what: 'the testing library in production code',
    planted: extra(`import '@darkroom/testing';`),
    rule: 'testing-imports',
    at: AT_EXTRA,
  },
  {
    what: 'the testing entry of a project in production code',
    planted: {
      ...extra(`import '@darkroom/queue/testing';`),
      'libs/queue/src/testing/index.ts': `export {};\n`,
    },
    rule: 'testing-imports',
    at: AT_EXTRA,
  },
  {
    what: 'the emulator in production code',
    planted: { 'provision/src/extra.ts': `import '@darkroom/aws-emulator';\n` },
    rule: 'testing-imports',
    at: 'provision/src/extra.ts:1',
  },
  {
    what: 'the emulator that imports another project',
    planted: { 'libs/aws-emulator/src/extra.ts': `import '@darkroom/errors';\n` },
    rule: 'project-imports',
    at: 'libs/aws-emulator/src/extra.ts:1',
  },
  {
    what: 'a test of the emulator that imports the provisioner',
    planted: { 'libs/aws-emulator/src/extra.spec.ts': `import '@darkroom/provision';\n` },
    rule: 'project-imports',
    at: 'libs/aws-emulator/src/extra.spec.ts:1',
  },
  {
    what: 'a relative path into another project',
    planted: extra(`import '../../../libs/config/src/index.js';`),
    rule: 'relative-imports',
    at: AT_EXTRA,
  },
  {
    what: 'a relative path from tools into a project',
    planted: { 'tools/extra.mjs': `import '../libs/config/src/index.js';\n` },
    rule: 'relative-imports',
    at: 'tools/extra.mjs:1',
  },
  {
    what: 'a relative path from tools into the sources of the launcher',
    planted: { 'tools/extra.mjs': `import '../apps/launcher/src/index.js';\n` },
    rule: 'relative-imports',
    at: 'tools/extra.mjs:1',
  },
  {
    what: 'a relative path from tools to the start file of a project',
    planted: { 'tools/extra.mjs': `import '../apps/worker/start.mjs';\n` },
    rule: 'relative-imports',
    at: 'tools/extra.mjs:1',
  },
  {
    what: 'a relative path from a project into tools, outside bootstrap',
    planted: { 'apps/worker/extra.mjs': `import '../../tools/test.mjs';\n` },
    rule: 'relative-imports',
    at: 'apps/worker/extra.mjs:1',
  },
  {
    what: 'a relative path from compiled code into bootstrap',
    planted: extra(`import '../../../tools/bootstrap/install.mjs';`),
    rule: 'relative-imports',
    at: AT_EXTRA,
  },
  {
    what: 'a storage adapter that imports the other one',
    planted: {
      'libs/storage/package.json': miniatureManifest('storage', { tags: ['type:lib', 'adapter'] }),
      'libs/storage/src/s3/extra.ts': `import '../folder/folder-errors.js';\n`,
    },
    rule: 'relative-imports',
    at: 'libs/storage/src/s3/extra.ts:1',
  },
  {
    what: 'an absolute path',
    planted: extra(`import '/srv/other.js';`),
    rule: 'relative-imports',
    at: AT_EXTRA,
  },
  // Declarations.
  {
    what: 'a project that is not declared',
    planted: extra(`import '@darkroom/errors';`),
    rule: 'declared-imports',
    at: AT_EXTRA,
  },
  {
    what: 'a project that does not exist',
    planted: extra(`import '@darkroom/nothing';`),
    rule: 'declared-imports',
    at: AT_EXTRA,
  },
  {
    what: 'a package that is not declared',
    planted: extra(`import 'fastify/types.js';`),
    rule: 'declared-imports',
    at: AT_EXTRA,
  },
  {
    what: 'a devDependency in production code',
    planted: { 'libs/catalogue/src/extra.ts': `import '@darkroom/testing';\n` },
    rule: 'declared-imports',
    at: 'libs/catalogue/src/extra.ts:1',
  },
  {
    what: 'the test runner in production code',
    planted: extra(`import 'vitest';`),
    rule: 'declared-imports',
    at: AT_EXTRA,
  },
  // Browser code.
  ...[
    `import { readFileSync } from 'node:fs';`,
    `import { readFileSync } from 'fs';`,
    `import 'undeclared-package';`,
    `const text = Buffer.from('');`,
    `let bytes: Buffer;`,
    `const id = process.pid;`,
    `const text = globalThis.Buffer;`,
    `const name = 'fs'; await import(name);`,
  ].map((text) => ({
    what: text,
    planted: { 'libs/contracts/src/limits.ts': `export const LIMIT = 1;\n${text}\n` },
    rule: 'browser-safe' as const,
    at: 'libs/contracts/src/limits.ts:2',
  })),
  ...[`import { join } from 'node:path';`, `import 'left-pad';`, `const home = process.cwd();`].map(
    (text) => ({
      what: `in the page: ${text}`,
      planted: { 'apps/web/src/extra.tsx': `export const LIMIT = <p />;\n${text}\n` },
      rule: 'browser-safe' as const,
      at: 'apps/web/src/extra.tsx:2',
    }),
  ),
  {
    what: 'the page that imports an adapter',
    planted: { 'apps/web/src/extra.ts': `import type { port } from '@darkroom/config';\n` },
    rule: 'project-imports',
    at: 'apps/web/src/extra.ts:1',
  },
  {
    what: 'an app that imports the page',
    planted: extra(`import '@darkroom/web';`),
    rule: 'project-imports',
    at: AT_EXTRA,
  },
  {
    what: 'a Node module imported through another project',
    planted: {
      'libs/shapes/package.json': miniatureManifest('shapes', { tags: ['type:lib', 'pure'] }),
      'libs/shapes/src/index.ts': `export * from './deep.js';\n`,
      'libs/shapes/src/deep.ts': `export * from 'node:path';\n`,
      'libs/errors/src/index.ts': `export * from '@darkroom/shapes';\n`,
    },
    rule: 'browser-safe',
    at: 'libs/shapes/src/deep.ts:1',
  },
  // Cycles.
  {
    what: 'two files that import each other',
    planted: {
      'apps/api/src/left.ts': `export {};\nimport './right.js';\n`,
      'apps/api/src/right.ts': `import type {} from './left.js';\n`,
    },
    rule: 'file-cycle',
    at: 'apps/api/src/left.ts:2',
  },
  {
    what: 'two projects that import each other through different files',
    planted: { 'libs/errors/src/extra.ts': `import '@darkroom/contracts';\n` },
    rule: 'project-cycle',
    at: 'libs/contracts/src/index.ts:1',
  },
  // Tags, references, syntax.
  {
    what: 'an app without tags',
    planted: { 'apps/bare/package.json': miniatureManifest('bare', {}) },
    rule: 'project-tags',
    at: 'apps/bare/package.json:1',
  },
  {
    what: 'a library with the tags of two kinds',
    planted: {
      'libs/both/package.json': miniatureManifest('both', { tags: ['type:lib', 'pure', 'adapter'] }),
    },
    rule: 'project-tags',
    at: 'libs/both/package.json:1',
  },
  {
    what: 'an app without a package.json',
    planted: { 'apps/bare/main.ts': `export {};\n` },
    rule: 'project-tags',
    at: 'apps/bare:1',
  },
  {
    what: 'a missing reference',
    planted: { 'apps/worker/tsconfig.json': `{ "references": [] }\n` },
    rule: 'references',
    at: 'apps/worker/tsconfig.json:1',
  },
  {
    what: 'an unused reference',
    planted: {
      'apps/worker/tsconfig.json': `{\n  "references": [\n    { "path": "../../libs/imaging" },\n    { "path": "../../libs/queue" }\n  ]\n}\n`,
    },
    rule: 'references',
    at: 'apps/worker/tsconfig.json:4',
  },
  {
    what: 'a project missing from the root tsconfig.json',
    planted: { 'tsconfig.json': `{ "references": [] }\n` },
    rule: 'references',
    at: 'tsconfig.json:1',
  },
  {
    what: 'a file that does not parse',
    planted: extra(`import {`),
    rule: 'parse',
    at: 'apps/api/src/extra.ts:1',
  },
];

describe('the boundaries', () => {
  it('pass a workspace without offences', () => {
    expect(findingsWith({})).toEqual([]);
  });

  it.each(OFFENCES)('refuse, as $rule: $what', ({ planted, rule, at }) => {
    expect(findingsWith(planted)).toContainEqual(expect.stringContaining(`${at}  ${rule}  got `));
  });

  it('have a planted offence for every rule', () => {
    const every: Record<RuleName, true> = {
      parse: true,
      'project-tags': true,
      'project-imports': true,
      'testing-imports': true,
      'relative-imports': true,
      'technology-owner': true,
      'process-env': true,
      'declared-imports': true,
      'browser-safe': true,
      'project-cycle': true,
      'file-cycle': true,
      references: true,
    };
    expect([...new Set(OFFENCES.map(({ rule }) => rule))].toSorted()).toEqual(Object.keys(every).toSorted());
  });

  it('report what they got and what they expected', () => {
    expect(findingsWith(extra(`import sharp from 'sharp';`))).toContain(
      `apps/api/src/extra.ts:2  technology-owner  got 'sharp', expected it only in libs/imaging, libs/testing, bench`,
    );
  });

  it('name the export that a folder may not import', () => {
    const resource = `import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';\n`;
    expect(findingsWith({ 'provision/src/resources/extra.ts': resource })).toContain(
      `provision/src/resources/extra.ts:1  technology-owner  got EC2Client from '@aws-sdk/client-ec2', expected it only in libs/storage/src/s3, libs/testing, libs/aws-emulator, provision/src/aws, provision/test`,
    );
  });

  it('find no wrong tags and no parse errors in this repository', () => {
    const findings = checkBoundaries(fileURLToPath(new URL('../..', import.meta.url)));
    expect(findings.filter(({ rule }) => rule === 'project-tags' || rule === 'parse')).toEqual([]);
  });
});
