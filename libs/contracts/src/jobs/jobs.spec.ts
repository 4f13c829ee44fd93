import { describe, expect, it } from 'vitest';
import { outputFormats, variantFormats } from '../formats/output-formats.js';
import type { VariantFormat } from '../formats/variant-format.js';
import { jobNames, type JobName, jobs, pictureJobNames } from './jobs.js';

const imageId = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

const ids = {
  process: (run: number) => jobs['process-image'].id({ imageId, run }),
  encode: (run: number, format: VariantFormat) => jobs['encode-format'].id({ imageId, run, format }),
  remove: () => jobs['remove-bytes'].id({ imageId }),
};

describe('jobs', () => {
  it('have ids that differ by job, run and format, and are equal for equal work', () => {
    const all = [
      ids.process(1),
      ids.process(2),
      ids.encode(1, 'webp'),
      ids.encode(1, 'avif'),
      ids.encode(2, 'webp'),
    ];
    all.push(ids.remove());
    expect(new Set(all).size).toBe(all.length);
    expect(ids.process(1)).toBe(ids.process(1));
  });

  it('have ids that BullMQ accepts: without a colon, and not a number', () => {
    for (const id of [ids.process(1), ids.encode(1, 'webp'), ids.remove()]) {
      expect(id).toMatch(/^[a-z][^:]*$/);
      expect(id).toContain(imageId);
    }
  });

  it('have the highest priority when a user waits for them', () => {
    expect(jobs['process-image'].priority).toBeLessThan(jobs['remove-bytes'].priority);
    expect(jobs['process-image'].priority).toBeLessThan(jobs['encode-format'].priority);
    const { priority, late } = jobs['encode-format'];
    expect(late?.priority).toBeGreaterThan(priority);
    const isLate = (format: VariantFormat) => late?.is({ imageId, run: 1, format });
    expect([isLate('webp'), isLate('avif')]).toEqual([false, true]);
    for (const format of variantFormats) expect(isLate(format)).toBe(outputFormats[format].slow);
  });

  it('have distinct priorities, by which the queue counts waiting jobs', () => {
    expect(new Set(jobNames.map((name) => jobs[name].priority)).size).toBe(jobNames.length);
  });

  it('have distinct priorities, including the late one', () => {
    const all = jobNames.map((name) => jobs[name].priority);
    expect(new Set([...all, jobs['encode-format'].late?.priority]).size).toBe(all.length + 1);
  });

  it.each(pictureJobNames)('%s is retried after a system error', (name) => {
    expect(jobs[name].attempts).toBeGreaterThan(1);
    expect(jobs[name].backoff).toBeGreaterThan(0);
  });
});

/** Payloads of earlier releases: such a job may still be waiting when a worker of this release starts. */
const EARLIER: [JobName, Record<string, unknown>][] = [
  ['process-image', { imageId, run: 1 }],
  ['process-image', { imageId, run: 2, requestId: 'req-00000001' }],
  ['encode-format', { imageId, run: 1, format: 'webp' }],
  ['encode-format', { imageId, run: 3, format: 'avif', requestId: 'req-00000001' }],
  ['remove-bytes', { imageId }],
];

describe('payloads', () => {
  it.each(EARLIER)('of %s from an earlier release are accepted: %j', (name, payload) => {
    expect(jobs[name].payload.parse(payload)).toEqual(payload);
  });

  it.each([
    [{ imageId, run: 0 }],
    [{ imageId, run: 1.5 }],
    [{ imageId: 'x', run: 1 }],
    [{ imageId: imageId.toUpperCase(), run: 1 }],
    [{ imageId }],
  ])('refuse %j', (payload) => {
    expect(jobs['process-image'].payload.safeParse(payload).success).toBe(false);
  });

  it('drop a field that a newer release sends', () => {
    expect(jobs['process-image'].payload.parse({ imageId, run: 1, hint: true })).toEqual({ imageId, run: 1 });
  });

  it('refuse an unknown format', () => {
    expect(jobs['encode-format'].payload.safeParse({ imageId, run: 1, format: 'bmp' }).success).toBe(false);
  });
});
