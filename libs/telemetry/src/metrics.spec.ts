import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.js';

const createTestMetrics = () => createMetrics({ app: 'api', version: '1.2.3' });

/** The page's lines for one metric, without comments. */
async function samples(metrics: ReturnType<typeof createTestMetrics>, name: string): Promise<string[]> {
  const { body } = await metrics.render();
  return body.split('\n').filter((line) => line.startsWith(name) && /[ {]/.test(line.charAt(name.length)));
}

describe('createMetrics', () => {
  it('renders a page with its content type, the build and the process', async () => {
    const metrics = createTestMetrics();
    const { contentType, body } = await metrics.render();
    expect(contentType).toMatch(/^text\/plain; version=/);
    expect(body).toContain('darkroom_build_info{app="api",version="1.2.3"} 1');
    expect(body).toContain('process_resident_memory_bytes');
  });

  it('keeps two sets apart', async () => {
    const [one, two] = [createTestMetrics(), createTestMetrics()];
    one.imageFailed('corrupt_image');
    expect(await samples(two, 'darkroom_image_failures_total')).toEqual([]);
  });

  it('counts requests by method, route and status, and measures them', async () => {
    const metrics = createTestMetrics();
    const request = { method: 'GET', route: '/api/images/:id', status: 200, seconds: 0.2 };
    metrics.requestAnswered(request);
    metrics.requestAnswered({ ...request, method: 'BREW' });
    expect(await samples(metrics, 'darkroom_http_requests_total')).toEqual([
      'darkroom_http_requests_total{method="GET",route="/api/images/:id",status="200"} 1',
      'darkroom_http_requests_total{method="other",route="/api/images/:id",status="200"} 1',
    ]);
    expect(await samples(metrics, 'darkroom_http_request_duration_seconds_bucket')).toContain(
      'darkroom_http_request_duration_seconds_bucket{le="0.25",method="GET",route="/api/images/:id"} 1',
    );
  });

  it('counts files and their bytes', async () => {
    const metrics = createTestMetrics();
    metrics.fileAccepted(100);
    metrics.fileAccepted(23);
    metrics.fileRejected('unsupported_media_type');
    expect(await samples(metrics, 'darkroom_uploads_total')).toEqual([
      'darkroom_uploads_total{outcome="accepted"} 2',
      'darkroom_uploads_total{outcome="unsupported_media_type"} 1',
    ]);
    expect(await samples(metrics, 'darkroom_upload_bytes_total')).toEqual([
      'darkroom_upload_bytes_total 123',
    ]);
  });

  it('counts jobs and failures, and counts a negative wait as zero', async () => {
    const metrics = createTestMetrics();
    metrics.jobStarted('process-image', -3);
    metrics.jobEnded({ name: 'process-image', outcome: 'completed', seconds: 0.3 });
    metrics.imageFailed('corrupt_image');
    metrics.decoderReplaced('crash');
    const { body } = await metrics.render();
    expect(body).toContain('darkroom_jobs_total{name="process-image",outcome="completed"} 1');
    expect(body).toContain('darkroom_job_duration_seconds_sum{name="process-image"} 0.3');
    expect(body).toContain('darkroom_job_wait_seconds_sum{name="process-image"} 0\n');
    expect(body).toContain('darkroom_image_failures_total{code="corrupt_image"} 1');
    expect(body).toContain('darkroom_decoder_replacements_total{reason="crash"} 1');
  });

  it('knows how many streams are open, and closes each once', async () => {
    const metrics = createTestMetrics();
    const close = metrics.eventStreamOpened();
    metrics.eventStreamOpened();
    expect(await samples(metrics, 'darkroom_event_streams')).toEqual(['darkroom_event_streams 2']);
    close();
    close();
    expect(await samples(metrics, 'darkroom_event_streams')).toEqual(['darkroom_event_streams 1']);
  });
});

describe('watched counts', () => {
  it('are read again for every page, and a state that no longer exists disappears', async () => {
    const metrics = createTestMetrics();
    let counts: Record<string, number> = { waiting: 3, active: 1 };
    metrics.watchQueue(async () => counts);
    metrics.watchImages(async () => ({ ready: 7 }));
    expect(await samples(metrics, 'darkroom_queue_jobs')).toHaveLength(2);
    counts = { waiting: 0 };
    expect(await samples(metrics, 'darkroom_queue_jobs')).toEqual(['darkroom_queue_jobs{state="waiting"} 0']);
    expect(await samples(metrics, 'darkroom_images')).toEqual(['darkroom_images{status="ready"} 7']);
  });

  it('do not fail the page when they cannot be read, and leave no stale number', async () => {
    const metrics = createTestMetrics();
    let away = false;
    metrics.watchQueue(async () => {
      if (away) throw new Error('redis is away');
      return { waiting: 3 };
    });
    await metrics.render();
    away = true;
    expect(await samples(metrics, 'darkroom_queue_jobs')).toEqual([]);
    expect(await samples(metrics, 'darkroom_metric_read_failures_total')).toEqual([
      'darkroom_metric_read_failures_total{metric="darkroom_queue_jobs"} 1',
    ]);
  });
});
