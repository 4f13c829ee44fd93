/**
 * Tells whether the packages of a checkout are those that its lockfile asks for.
 *
 * @param root - the checkout
 * @throws Error when it has no lockfile
 */
export function isInstalled(root: string): boolean;

/** The folders, relative to the checkout, that a complete install has, but for what is for other platforms. */
export function lockedFolders(root: string): string[];
