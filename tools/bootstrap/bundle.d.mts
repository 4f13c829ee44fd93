/**
 * Returns whether the bundles must be made: the content of their inputs differs from that of the last time.
 *
 * @param root - the checkout, compiled
 */
export function bundlesAreStale(root: string): boolean;

/** Records the inputs of the current bundles. */
export function stampBundles(root: string): void;
