// Plain JavaScript without dependencies: part of bootstrap.mjs.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const WEB = path.join('apps', 'web');
/** In the build itself: whatever replaces the build takes it away. Servers pass over names that begin with a dot. */
const STAMP = path.join(WEB, 'dist', '.inputs');
/** What the build reads. */
const INPUTS = [
  WEB,
  path.join('libs', 'contracts', 'src'),
  path.join('libs', 'errors', 'src'),
  'package-lock.json',
];
const MADE = /^(dist|node_modules)$|\.tsbuildinfo$/;

/**
 * Tells whether the gallery has to be built: its inputs, by their content, are not those of the build that is there. A
 * checkout without the gallery has nothing to build.
 *
 * @param {string} root - the checkout
 */
export function webIsStale(root) {
  if (!existsSync(path.join(root, WEB, 'package.json'))) return false;
  return readStamp(root) !== hashOfInputs(root);
}

/** Notes what the build that is there was made of. */
export function stampWeb(root) {
  writeFileSync(path.join(root, STAMP), hashOfInputs(root));
}

function readStamp(root) {
  try {
    return readFileSync(path.join(root, STAMP), 'utf8');
  } catch {
    return undefined;
  }
}

function hashOfInputs(root) {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    for (const file of filesBelow(root, input))
      hash.update(`${file}\0`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

/** A file itself, or all below a folder but for what is made, in the same order everywhere. */
function filesBelow(root, input) {
  const entries = entriesOf(path.join(root, input));
  if (entries === undefined) return [input];
  return entries
    .filter(({ name }) => !MADE.test(name))
    .map(({ name }) => name)
    .toSorted()
    .flatMap((name) => filesBelow(root, path.join(input, name)));
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
