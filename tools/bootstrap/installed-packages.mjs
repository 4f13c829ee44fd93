// Plain JavaScript without dependencies: part of bootstrap.mjs. See installed-packages.d.mts.
import { readFileSync } from 'node:fs';
import path from 'node:path';

function lockedPackages(root) {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages).filter(([folder]) => folder.startsWith('node_modules/'));
}

export function lockedFolders(root) {
  return lockedPackages(root).map(([folder]) => folder);
}

/** npm writes node_modules/.package-lock.json at the end of an install, so the packages in it are installed. */
export function isInstalled(root) {
  const wanted = lockedPackages(root);
  let installed;
  try {
    installed = JSON.parse(
      readFileSync(path.join(root, 'node_modules', '.package-lock.json'), 'utf8'),
    ).packages;
  } catch {
    // Never installed, or an install was interrupted.
    return false;
  }
  return wanted.every(([folder, asked]) => {
    const found = installed[folder];
    // An optional package may be for another platform.
    if (found === undefined) return asked.optional === true || asked.devOptional === true;
    return asked.link ? found.link === true : found.version === asked.version;
  });
}
