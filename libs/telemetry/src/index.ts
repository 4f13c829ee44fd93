export { createLogger, type Logger, type LoggerOptions } from './create-logger.js';
export type { HttpMetrics, RequestMeasurement } from './http-metrics.js';
export type { JobMeasurement, JobMetrics } from './job-metrics.js';
export { createMetrics, type Metrics, type MetricsOptions } from './metrics.js';
export { NestLogger } from './nest-logger.js';
export type { ReconcileMeasurement, ReconcileMetrics } from './reconcile-metrics.js';
export { redactText } from './redact.js';
export { type LoggedError, serializeError } from './serialize-error.js';
export type { ReadCounts, StateMetrics } from './state-metrics.js';
