import { Counter, Gauge, type Registry } from 'prom-client';

/** Reads the count of each state. */
export type ReadCounts = () => Promise<Readonly<Record<string, number>>>;

export interface StateMetrics {
  /** Reads the queue at every scrape: jobs by state. */
  watchQueue(read: ReadCounts): void;
  /** Reads the catalogue at every scrape: images by status. */
  watchImages(read: ReadCounts): void;
}

// Prometheus abandons a scrape after 10 s by default; a service that is down must not fail the page.
const READ_MILLISECONDS = 2_000;

/** The result of a reading, or an error once it has taken longer than a scrape can wait. */
async function inTime<T>(reading: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('reading for metrics took too long')), READ_MILLISECONDS);
  try {
    return await Promise.race([reading, promise]);
  } finally {
    clearTimeout(timer);
  }
}

export function createStateMetrics(registry: Registry) {
  const registers = [registry];
  const readFailures = new Counter({
    name: 'darkroom_metric_read_failures_total',
    help: 'Failed readings at a scrape; their gauge is absent from that page.',
    labelNames: ['metric'],
    registers,
  });

  function watched(name: string, label: string, help: string): (read: ReadCounts) => void {
    let read: ReadCounts | undefined;
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect() {
        // A state that no longer exists, or could not be read, must not keep its last number.
        this.reset();
        if (read === undefined) return;
        try {
          const counts = await inTime(read());
          for (const [state, count] of Object.entries(counts)) this.set({ [label]: state }, count);
        } catch {
          readFailures.inc({ metric: name });
        }
      },
    });
    return (reader) => {
      read = reader;
    };
  }

  return {
    watchQueue: watched('darkroom_queue_jobs', 'state', 'Jobs in the queue, by state.'),
    watchImages: watched('darkroom_images', 'status', 'Images in the catalogue, by status.'),
    buildInfo(app: string, version: string): void {
      const info = new Gauge({
        name: 'darkroom_build_info',
        help: 'The process and its version; always 1.',
        labelNames: ['app', 'version'],
        registers,
      });
      info.set({ app, version }, 1);
    },
  };
}
