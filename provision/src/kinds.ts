import type { Kind } from './engine/kind.js';
import { PROFILES } from './profiles/profiles.js';
import { NETWORK_INTERFACE } from './resources/host/host-kind.js';

/**
 * Kinds that no profile has a line of: objects that AWS makes beside ours, and kinds that earlier versions made. A kind whose
 * last line leaves the profiles comes here, because a stack of an earlier version may still have such an object.
 */
const BESIDE: readonly Kind[] = [NETWORK_INTERFACE];

/** Every kind of object that a stack may have, of any profile and any version. */
export const KINDS: readonly Kind[] = [...new Set([...PROFILES.flatMap(({ kinds }) => kinds), ...BESIDE])];
