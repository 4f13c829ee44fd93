import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Release } from '../context.js';
import { bucketName } from '../resources/bucket/bucket-name.js';
import { nameOf, namePrefix, type Stack } from '../stack.js';
import { buildContext } from './build-context.js';
import { packTar } from './tar.js';

const compress = promisify(gzip);

/**
 * Reads this checkout as a release: the sources of its images and the files that run them. The host builds the images
 * (docs/decisions/0015).
 *
 * @param root - the checkout
 */
export async function readRelease(root: string, stack: Stack): Promise<Release> {
  const paths = await buildContext(root);
  const files = await Promise.all(
    paths.map(async (path) => ({ path, content: await readFile(join(root, path)) })),
  );
  const hash = createHash('sha256');
  for (const { path, content } of files) hash.update(`${path}\0${content.byteLength}\0`).update(content);
  return {
    hash: hash.digest('hex').slice(0, 16),
    pack: () => compress(packTar(files), { level: 9 }),
    userData: await readUserData(root, stack),
  };
}

/** The user data of this stack's host: the script that it runs first. */
async function readUserData(root: string, stack: Stack): Promise<string> {
  const script = await readFile(join(root, 'provision', 'host', 'bootstrap.sh'), 'utf8');
  const values: Readonly<Record<string, string>> = {
    STACK: stack.name,
    REGION: stack.region,
    BUCKET: bucketName(stack),
    SECRET: nameOf(stack, 'secrets'),
    NAMES: namePrefix(stack),
  };
  return script.replaceAll(/@([A-Z]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`bootstrap.sh asks for @${name}@`);
    return value;
  });
}
