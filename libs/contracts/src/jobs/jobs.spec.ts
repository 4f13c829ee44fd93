import { describe, expect, it } from 'vitest';
import { jobNames, jobs } from './jobs.js';

const imageId = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

const ids = {
  process: (run: number) => jobs['process-image'].id({ imageId, run }),
  encode: (run: number, format: 'webp' | 'avif') => jobs['encode-format'].id({ imageId, run, format }),
  remove: () => jobs['remove-bytes'].id({ imageId }),
};

describe('jobs', () => {
  it('have ids that differ by job, run and format, and are the same for the same work', () => {
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

  it('have ids that BullMQ takes: no colon, and not a number', () => {
    for (const id of [ids.process(1), ids.encode(1, 'webp'), ids.remove()]) {
      expect(id).toMatch(/^[a-z][^:]*$/);
      expect(id).toContain(imageId);
    }
  });

  it('let what somebody waits for go first', () => {
    const process = jobs['process-image'].priority({ imageId, run: 1 });
    const remove = jobs['remove-bytes'].priority({ imageId });
    const [webp, avif] = (['webp', 'avif'] as const).map((format) =>
      jobs['encode-format'].priority({ imageId, run: 1, format }),
    );
    expect([avif, webp, remove, process].toSorted((a = 0, b = 0) => a - b)).toEqual([
      process,
      remove,
      webp,
      avif,
    ]);
    expect(new Set([process, remove, webp, avif]).size).toBe(4);
  });

  it('have a priority each: the queue tells by it what waits', () => {
    expect(new Set(jobNames.map((name) => jobs[name].priority)).size).toBe(jobNames.length);
  });

  it.each(jobNames)('%s is tried again after a fault of the system', (name) => {
    expect(jobs[name].attempts).toBeGreaterThan(1);
    expect(jobs[name].backoff).toBeGreaterThan(0);
  });
});

describe('payloads', () => {
  it.each([
    [{ imageId, run: 0 }],
    [{ imageId, run: 1.5 }],
    [{ imageId: 'x', run: 1 }],
    [{ imageId: imageId.toUpperCase(), run: 1 }],
    [{ imageId }],
  ])('refuse %j', (payload) => {
    expect(jobs['process-image'].payload.safeParse(payload).success).toBe(false);
  });

  it('leave out a field that a newer release sends', () => {
    expect(jobs['process-image'].payload.parse({ imageId, run: 1, hint: true })).toEqual({ imageId, run: 1 });
  });

  it('refuse an unknown format', () => {
    expect(jobs['encode-format'].payload.safeParse({ imageId, run: 1, format: 'bmp' }).success).toBe(false);
  });
});
