/**
 * Returns whether the installed packages of a checkout match its lockfile.
 *
 * @param root - the checkout
 * @throws Error when the checkout has no lockfile
 */
export function isInstalled(root: string): boolean;

/** Returns the package folders in the lockfile, relative to the checkout. Includes packages for other platforms. */
export function lockedFolders(root: string): string[];
