import { collectDefaultMetrics, Registry } from 'prom-client';
import { createHttpMetrics, type HttpMetrics } from './http-metrics.js';
import { createJobMetrics, type JobMetrics } from './job-metrics.js';
import { createReconcileMetrics, type ReconcileMetrics } from './reconcile-metrics.js';
import { createStateMetrics, type StateMetrics } from './state-metrics.js';

export interface MetricsOptions {
  /** Which process is measured: `api` or `worker`. */
  app: string;
  version: string;
}

/** What a process counts, and the page on which Prometheus reads it. */
export interface Metrics extends HttpMetrics, JobMetrics, ReconcileMetrics, StateMetrics {
  /** The page in Prometheus' text format, with its content type. */
  render(): Promise<{ contentType: string; body: string }>;
}

/**
 * Makes the metrics of a process in a registry of their own. Ours begin with `darkroom_`; those of Node keep the
 * names that every dashboard knows (`process_…`, `nodejs_…`).
 */
export function createMetrics({ app, version }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const state = createStateMetrics(registry);
  state.buildInfo(app, version);
  return {
    ...createHttpMetrics(registry),
    ...createJobMetrics(registry),
    ...createReconcileMetrics(registry),
    ...state,
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
