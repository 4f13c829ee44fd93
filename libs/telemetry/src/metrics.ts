import { collectDefaultMetrics, Registry } from 'prom-client';
import { createHttpMetrics, type HttpMetrics } from './http-metrics.js';
import { createJobMetrics, type JobMetrics } from './job-metrics.js';
import { createReconcileMetrics, type ReconcileMetrics } from './reconcile-metrics.js';
import { createStateMetrics, type StateMetrics } from './state-metrics.js';

export interface MetricsOptions {
  /** The measured process: `api` or `worker`. */
  app: string;
  version: string;
}

/** The counters of a process, and the page that Prometheus scrapes. */
export interface Metrics extends HttpMetrics, JobMetrics, ReconcileMetrics, StateMetrics {
  /** The page in the Prometheus text format, with its content type. */
  render(): Promise<{ contentType: string; body: string }>;
}

/**
 * Creates the metrics of a process in a separate registry. Darkroom's begin with `darkroom_`; those of Node keep the
 * names that every dashboard knows (`process_…`, `nodejs_…`).
 */
export function createMetrics({ app, version }: MetricsOptions): Metrics {
  const registry = new Registry();
  let isScraped = false;
  const state = createStateMetrics(registry);
  state.buildInfo(app, version);
  return {
    ...createHttpMetrics(registry),
    ...createJobMetrics(registry),
    ...createReconcileMetrics(registry),
    ...state,
    render: async () => {
      // Node's metrics begin with the first page. They sample the event loop 100 times a second, which is most of what an
      // idle process does, and `npm start` has no Prometheus.
      if (!isScraped) collectDefaultMetrics({ register: registry });
      isScraped = true;
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
