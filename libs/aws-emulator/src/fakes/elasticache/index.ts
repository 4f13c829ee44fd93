import type { Operations } from '../operation.js';
import { CACHE_OPERATIONS } from './caches.js';
import { GROUP_OPERATIONS } from './groups.js';
import { TAG_OPERATIONS } from './tags.js';

/**
 * ElastiCache as the API shows it. moto lacks half of its operations, keeps deleted caches, and shows no
 * nodes (SOURCES.md, S50), so all of it is implemented here.
 */
export const ELASTICACHE: Operations = { ...CACHE_OPERATIONS, ...GROUP_OPERATIONS, ...TAG_OPERATIONS };
