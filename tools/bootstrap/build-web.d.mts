/**
 * Returns whether the gallery must be built: the content of its inputs differs from that of the last build. False in a
 * checkout without the gallery.
 *
 * @param root - the checkout
 */
export function webIsStale(root: string): boolean;

/** Records the inputs of the current build. */
export function stampWeb(root: string): void;
