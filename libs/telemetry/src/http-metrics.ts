import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface RequestMeasurement {
  method: string;
  /** The route's pattern, e.g. `/api/images/:id`; never the path, because each id would make a series. */
  route: string;
  status: number;
  seconds: number;
}

export interface HttpMetrics {
  /** A request has been answered. */
  requestAnswered(request: RequestMeasurement): void;
  /** One file of an upload was accepted. */
  fileAccepted(bytes: number): void;
  /** One file of an upload was refused, with this problem code. */
  fileRejected(code: string): void;
  /** An event stream has opened; call the result when it closes. */
  eventStreamOpened(): () => void;
}

// A client can send any method; only these get a separate series.
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
// An upload of 200 MiB takes a minute on a slow line.
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'darkroom_http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'darkroom_http_request_duration_seconds',
    help: 'Seconds from a request to the end of its response.',
    labelNames: ['method', 'route'],
    buckets: SECONDS,
    registers,
  });
  const uploads = new Counter({
    name: 'darkroom_uploads_total',
    help: 'Files uploaded, by outcome: accepted, or the problem code of the refusal.',
    labelNames: ['outcome'],
    registers,
  });
  const bytes = new Counter({
    name: 'darkroom_upload_bytes_total',
    help: 'Bytes of the files accepted.',
    registers,
  });
  const streams = new Gauge({
    name: 'darkroom_event_streams',
    help: 'Event streams open now.',
    registers,
  });
  return {
    requestAnswered({ method: sent, route, status, seconds }) {
      const method = METHODS.has(sent) ? sent : 'other';
      requests.inc({ method, route, status });
      duration.observe({ method, route }, seconds);
    },
    fileAccepted(size) {
      uploads.inc({ outcome: 'accepted' });
      bytes.inc(size);
    },
    fileRejected: (code) => uploads.inc({ outcome: code }),
    eventStreamOpened() {
      streams.inc();
      let open = true;
      return () => {
        if (open) streams.dec();
        open = false;
      };
    },
  };
}
