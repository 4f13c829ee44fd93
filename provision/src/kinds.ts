import type { Kind } from './engine/kind.js';
import { PROFILES } from './profiles/profiles.js';
import { NETWORK_INTERFACE } from './resources/host/host-kind.js';

/**
 * Kinds that no profile uses: objects that AWS creates for ours, and kinds that earlier versions created. Move a kind
 * here when the last profile drops it, because a stack of an earlier version may still have such an object.
 */
const BESIDE: readonly Kind[] = [NETWORK_INTERFACE];

/** Every kind of object that a stack of any profile and any version may have. */
export const KINDS: readonly Kind[] = [...new Set([...PROFILES.flatMap(({ kinds }) => kinds), ...BESIDE])];
