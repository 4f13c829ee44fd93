import { describe, expect, it } from 'vitest';
import { linkLife } from './image-links.js';

const HOUR = 3_600;

describe('linkLife', () => {
  const at = (time: string): Date => new Date(`2026-11-21T${time}Z`);

  it('is the same for half the lifetime, then changes', () => {
    const lives = ['12:00:00', '12:29:59.999', '12:30:00'].map((time) => linkLife(at(time), HOUR, null));
    expect(lives[0]).toEqual({ issuedAt: at('12:00:00'), expiresAt: at('13:00:00') });
    expect(lives[1]).toEqual(lives[0]);
    expect(lives[2]).toEqual({ issuedAt: at('12:30:00'), expiresAt: at('13:30:00') });
  });

  it.each([60, 61, 3_600, 604_800])(
    'is valid for at least half of %i seconds, and at most for all of them',
    (seconds) => {
      for (let step = 0; step < 500; step += 1) {
        const now = new Date(1_795_000_000_000 + step * 7_919_003);
        const left = (linkLife(now, seconds, null).expiresAt.getTime() - now.getTime()) / 1_000;
        expect(left).toBeGreaterThanOrEqual(seconds / 2);
        expect(left).toBeLessThanOrEqual(seconds);
      }
    },
  );

  it('never outlives the picture', () => {
    const end = at('12:10:00');
    expect(linkLife(at('12:05:00'), HOUR, end).expiresAt).toEqual(end);
    expect(linkLife(at('12:05:00'), HOUR, at('23:00:00')).expiresAt).toEqual(at('13:00:00'));
  });

  it.each(['12:30:00.900', '12:30:01', '12:29:00'])(
    'lasts at least one second, the minimum of S3, for a picture that expires at %s',
    (time) => {
      const { issuedAt, expiresAt } = linkLife(at('12:30:00.100'), HOUR, at(time));
      expect(expiresAt).toEqual(at(time));
      const seconds = Math.floor(expiresAt.getTime() / 1000) - Math.floor(issuedAt.getTime() / 1000);
      expect(seconds).toBeGreaterThanOrEqual(1);
    },
  );
});
