import type { Operations } from '../operation.js';
import { CACHE_OPERATIONS } from './caches.js';
import { GROUP_OPERATIONS } from './groups.js';
import { TAG_OPERATIONS } from './tags.js';

/**
 * ElastiCache as the API shows it. moto lacks half of its operations, never lets go of what is deleted, and shows no
 * nodes (SOURCES.md, S50), so all of it stands here.
 */
export const ELASTICACHE: Operations = { ...CACHE_OPERATIONS, ...GROUP_OPERATIONS, ...TAG_OPERATIONS };
