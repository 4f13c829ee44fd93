import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packTar } from './tar.js';
import { readRelease } from './read-release.js';

const run = promisify(execFile);
const STACK = { name: 'demo', region: 'eu-north-1', account: '123456789012' };
let root = '';

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'darkroom-release-'));
  await put({
    '.dockerignore': '*\n!package.json\n!apps\n!libs\n\n# tests\n**/node_modules\n**/*.spec.ts\nlibs/big\n',
    Dockerfile: 'FROM scratch\n',
    'docker-compose.yml': 'services: {}\n',
    'package.json': '{}',
    'README.md': 'not part of it',
    'apps/api/src/main.ts': 'run();',
    'apps/api/src/main.spec.ts': 'test();',
    'apps/api/node_modules/left-pad/index.js': 'pad();',
    'libs/big/picture': 'x',
    'provision/host/bootstrap.sh': '#!/bin/bash\necho @STACK@ @REGION@ @BUCKET@ @SECRET@ @NAMES@\n',
  });
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a release', () => {
  it('holds only the sources of the images and the files that run them', async () => {
    const { pack } = await readRelease(root, STACK);
    await writeFile(join(root, 'release.tar.gz'), await pack());
    const { stdout } = await run('tar', ['-tzf', join(root, 'release.tar.gz')]);
    expect(stdout.trim().split('\n')).toEqual([
      '.dockerignore',
      'Dockerfile',
      'apps/api/src/main.ts',
      'docker-compose.yml',
      'package.json',
      'provision/host/bootstrap.sh',
    ]);
  });

  it('has a hash that depends only on its content', async () => {
    const first = await readRelease(root, STACK);
    await put({ 'README.md': 'changed', 'apps/api/src/main.spec.ts': 'changed' });
    expect((await readRelease(root, STACK)).hash).toBe(first.hash);
    expect(await (await readRelease(root, STACK)).pack()).toEqual(await first.pack());
    await put({ 'apps/api/src/main.ts': 'changed' });
    expect((await readRelease(root, STACK)).hash).not.toBe(first.hash);
  });

  it('has user data for its stack', async () => {
    expect((await readRelease(root, STACK)).userData).toBe(
      '#!/bin/bash\necho demo eu-north-1 darkroom-demo-123456789012-eu-north-1 darkroom-demo-secrets darkroom-demo-\n',
    );
  });
});

describe('an archive', () => {
  it('keeps paths and bytes, also of long paths', async () => {
    const path = `${'folder/'.repeat(20)}${'n'.repeat(90)}`;
    const content = Buffer.from(Array.from({ length: 1300 }, (_, at) => at % 256));
    await writeFile(
      join(root, 'all.tar'),
      packTar([
        { path, content },
        { path: 'empty', content: Buffer.alloc(0) },
      ]),
    );
    await run('tar', ['-xf', join(root, 'all.tar'), '-C', root]);
    expect(await readFile(join(root, path))).toEqual(content);
    expect(await readFile(join(root, 'empty'))).toEqual(Buffer.alloc(0));
  });

  it('refuses a name that is too long', () => {
    expect(() => packTar([{ path: 'n'.repeat(101), content: Buffer.alloc(0) }])).toThrow('too long');
  });
});

it('host scripts have valid syntax, and bootstrap.sh fits into user data', async () => {
  const checkout = join(import.meta.dirname, '../../..');
  for (const script of ['bootstrap.sh', 'deploy.sh']) {
    await run('bash', ['-n', join(checkout, 'provision/host', script)]);
  }
  const { userData } = await readRelease(checkout, STACK);
  expect(userData).not.toMatch(/@[A-Z]+@/);
  // 16 KiB before base64: AWS's limit.
  expect(Buffer.byteLength(userData)).toBeLessThan(16 * 1024);
});
