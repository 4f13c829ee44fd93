export type { Broker, BrokerOptions, QueueLogger } from './broker-options.js';
export { evictionPolicy } from './eviction-policy.js';
export { HandlerRegistry } from './handler-registry.js';
export type { AnyJobHandler, JobContext, JobHandler } from './job-handler.js';
export { JOB_QUEUE, type JobCounts, type JobDepth, type JobQueue, type JobState } from './job-queue.js';
export type { JobEnd, WorkerOptions } from './job-worker.js';
export { migrateBroker } from './migrate-broker.js';
export { QueueModule, type OptionsSource, type WorkerHandlers } from './queue.module.js';
