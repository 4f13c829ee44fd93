// Plain JavaScript without dependencies: part of bootstrap.mjs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns a hash of names and contents.
 *
 * @param {string} root - the checkout
 * @param {string[]} inputs - files and folders, relative to the checkout; missing ones count as empty
 * @param {RegExp} leftOut - names of files and folders below `inputs` that do not count
 */
export function hashFiles(root, inputs, leftOut) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesBelow(root, input, leftOut))
      hash.update(`${file}\0`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

/** Returns the text of a file; undefined when it does not exist. */
export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Returns a file itself, or all files below a folder, in the same order on every machine. */
function filesBelow(root, input, leftOut) {
  let entries;
  try {
    entries = readdirSync(path.join(root, input), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [input];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter(({ name }) => !leftOut.test(name))
    .map(({ name }) => name)
    .toSorted()
    .flatMap((name) => filesBelow(root, path.join(input, name), leftOut));
}
