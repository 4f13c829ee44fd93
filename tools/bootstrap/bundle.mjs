// Plain JavaScript without dependencies: part of bootstrap.mjs.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashFiles, readStamp } from './hash-files.mjs';

/** The files that the bundles are made of. */
const INPUTS = [
  'apps/api/dist',
  'apps/worker/dist',
  'apps/launcher/dist',
  'libs',
  'tools/bootstrap/make-bundles.mjs',
  'package-lock.json',
];
const LEFT_OUT = /^(src|node_modules|testing|\..+)$|\.d\.ts$|\.map$|\.spec\.js$/;
/** In the bundle that is made last. */
const STAMP = path.join('apps', 'launcher', 'bundle', '.inputs');

/**
 * Returns whether the bundles must be made: the content of their inputs differs from that of the last time.
 *
 * @param {string} root - the checkout, compiled
 */
export function bundlesAreStale(root) {
  return readStamp(path.join(root, STAMP)) !== hashFiles(root, INPUTS, LEFT_OUT);
}

/** Records the inputs of the current bundles. */
export function stampBundles(root) {
  writeFileSync(path.join(root, STAMP), hashFiles(root, INPUTS, LEFT_OUT));
}
