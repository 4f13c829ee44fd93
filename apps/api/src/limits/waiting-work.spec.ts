import { describe, expect, it } from 'vitest';
import { waitSeconds } from './waiting-work.js';

const limits = { maxPictures: 1_000, maxBytes: 1_000_000 };
const backlog = (
  pictures: number,
  bytes: number,
  drained: [pictures: number, bytes: number, seconds: number],
) => ({
  pictures,
  bytes,
  waitedSeconds: 7.2,
  drained: { pictures: drained[0], bytes: drained[1], seconds: drained[2] },
});

describe('waitSeconds', () => {
  it('is 0 below both limits, and where there is no limit', () => {
    expect(waitSeconds(backlog(999, 999_999, [0, 0, 0]), limits)).toBe(0);
    expect(waitSeconds(backlog(5_000, 9e9, [0, 0, 0]), { maxPictures: 0, maxBytes: 0 })).toBe(0);
  });

  it.each([
    ['a slot that is free in a moment', backlog(1_000, 0, [600, 1, 60]), 1],
    ['many pictures above the limit', backlog(1_299, 0, [600, 1, 60]), 30],
    ['slow workers', backlog(1_000, 0, [2, 1, 60]), 30],
    ['workers that started a moment ago', backlog(1_009, 0, [20, 1, 4]), 2],
    ['too many bytes', backlog(10, 1_059_999, [1, 60_000, 60]), 60],
    ['both limits: the longer time', backlog(1_009, 1_059_999, [60, 60_000, 60]), 60],
    ['nothing processed yet: as long as it has waited', backlog(1_000, 0, [0, 0, 0]), 8],
    ['nothing processed for hours', { ...backlog(1_000, 0, [0, 0, 0]), waitedSeconds: 9_000 }, 60],
    ['nothing processed, all new', { ...backlog(1_000, 0, [0, 0, 0]), waitedSeconds: 0 }, 1],
    ['ten minutes at most', backlog(100_000, 0, [1, 1, 60]), 600],
  ])('follows the measured speed: %s', (_, waiting, seconds) => {
    expect(waitSeconds(waiting, limits)).toBe(seconds);
  });
});
