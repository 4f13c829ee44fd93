/**
 * Tells whether the gallery has to be built: what it is built from, by content, is not what the build that is there was
 * made of. False in a checkout without the gallery.
 *
 * @param root - the checkout
 */
export function webIsStale(root: string): boolean;

/** Notes what the build that is there was made of. */
export function stampWeb(root: string): void;
