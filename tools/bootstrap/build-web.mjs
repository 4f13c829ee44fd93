// Plain JavaScript without dependencies: part of bootstrap.mjs.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const WEB = path.join('apps', 'web');
/** Inside the build, so that replacing the build removes it. Servers skip names that begin with a dot. */
const STAMP = path.join(WEB, 'dist', '.inputs');
/** The files and folders that the build reads. */
const INPUTS = [
  WEB,
  path.join('libs', 'contracts', 'src'),
  path.join('libs', 'errors', 'src'),
  'package-lock.json',
];
const GENERATED = /^(dist|node_modules)$|\.tsbuildinfo$/;

/**
 * Returns whether the gallery must be built: the content of its inputs differs from that of the last build. False in a
 * checkout without the gallery.
 *
 * @param {string} root - the checkout
 */
export function webIsStale(root) {
  if (!existsSync(path.join(root, WEB, 'package.json'))) return false;
  return readStamp(root) !== hashOfInputs(root);
}

/** Records the inputs of the current build. */
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

/** Returns a file itself, or all files below a folder except generated ones, in the same order on every machine. */
function filesBelow(root, input) {
  const entries = entriesOf(path.join(root, input));
  if (entries === undefined) return [input];
  return entries
    .filter(({ name }) => !GENERATED.test(name))
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
