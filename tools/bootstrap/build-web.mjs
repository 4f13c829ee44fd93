// Plain JavaScript without dependencies: part of bootstrap.mjs.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashFiles, readStamp } from './hash-files.mjs';

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
  return readStamp(path.join(root, STAMP)) !== hashFiles(root, INPUTS, GENERATED);
}

/** Records the inputs of the current build. */
export function stampWeb(root) {
  writeFileSync(path.join(root, STAMP), hashFiles(root, INPUTS, GENERATED));
}
