import { jobNames, jobs } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { bullJobOptions, isJobName, parsePayload } from './job-definition.js';

const imageId = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';
/** Has a field for every job; each job's schema keeps those that it needs. */
const everyField = { imageId, run: 1, format: 'webp' };
const idOf = (name: (typeof jobNames)[number]) =>
  bullJobOptions(name, jobs[name].payload.parse(everyField) as never).jobId;

describe('job definitions', () => {
  it.each(jobNames)('gives %s an id that BullMQ accepts: no colon, not a number', (name) => {
    const jobId = idOf(name);
    expect(jobId).not.toContain(':');
    expect(jobId).not.toMatch(/^\d+$/);
  });

  it('gives every job and every run a different id, and equal work the same one', () => {
    const id = (run: number) => bullJobOptions('process-image', { imageId, run }).jobId;
    const ids = jobNames.map(idOf);
    expect(new Set([...ids, id(2)]).size).toBe(jobNames.length + 1);
    expect(id(1)).toBe(id(1));
  });

  it('parses a payload and drops fields that a newer producer may have added', () => {
    expect(parsePayload('process-image', { imageId, run: 1, mood: 'new' })).toEqual({ imageId, run: 1 });
  });

  it.each([undefined, {}, { imageId, run: 0 }, { imageId: 'x', run: 1 }])(
    'refuses the payload %j',
    (payload) => {
      expect(() => parsePayload('process-image', payload)).toThrow('process-image');
    },
  );

  it('knows only the names in the contracts', () => {
    expect(jobNames.every(isJobName)).toBe(true);
    expect(isJobName('toString')).toBe(false);
  });
});
