export * from './catalogue.js';
export type { CatalogueImage, CatalogueVariant, ImageInWork } from './catalogue-image.js';
export * from './change-feed.js';
export type { DatabaseOptions, Sql } from './database.js';
export {
  CLAIM_SECONDS,
  type Claim,
  type ClaimOutcome,
  IdempotencyCatalogue,
} from './idempotency-catalogue.js';
export * from './image-catalogue.js';
export type { Channel, Listener } from './listener.js';
export type { OwnerBacklog } from './operations-catalogue.js';
export type { Stored, StoredCount, TagCount } from './owner-totals.js';
export type { ImageFilter, ImageState } from './page-query.js';
export * from './processing-catalogue.js';
export * from './reconciling-catalogue.js';
export * from './session-catalogue.js';
export { BEAT_SECONDS, type LiveWorker, type WorkerBeat } from './worker-catalogue.js';
