import { describe, expect, it } from 'vitest';
import { MAX_SCALE, FIT, fitInto, keepOnStage, swipeOf, zoomAt } from './zoom.js';

const stage = { width: 1000, height: 600 };

describe('a picture on the stage', () => {
  it('fits by the side that needs more room', () => {
    expect(fitInto({ width: 4000, height: 2000 }, stage)).toEqual({ width: 1000, height: 500 });
    expect(fitInto({ width: 2000, height: 4000 }, stage)).toEqual({ width: 300, height: 600 });
  });

  it('is not enlarged, unless it is tiny', () => {
    expect(fitInto({ width: 400, height: 300 }, stage)).toEqual({ width: 400, height: 300 });
    expect(fitInto({ width: 20, height: 10 }, stage)).toEqual({ width: 240, height: 120 });
  });

  it('keeps the point under the pointer in place', () => {
    const point = { x: 200, y: -100 };
    const zoom = zoomAt(FIT, 2, point);
    // Position of the same point of the picture after scaling and moving.
    expect(point.x * zoom.scale + zoom.x).toBe(point.x);
    expect(point.y * zoom.scale + zoom.y).toBe(point.y);
  });

  it('limits the zoom at both ends', () => {
    expect(zoomAt(FIT, 1000, { x: 0, y: 0 }).scale).toBe(MAX_SCALE);
    expect(zoomAt({ scale: 2, x: 0, y: 0 }, 0.001, { x: 0, y: 0 }).scale).toBe(1);
  });

  it('covers the stage when it is larger than the stage', () => {
    const picture = { width: 1000, height: 500 };
    expect(keepOnStage({ scale: 2, x: 9999, y: -9999 }, picture, stage)).toEqual({
      scale: 2,
      x: 500,
      y: -200,
    });
    expect(keepOnStage({ scale: 1, x: 50, y: 50 }, picture, stage)).toEqual(FIT);
  });
});

describe('swipeOf', () => {
  it.each([
    [{ x: -120, y: 10 }, 'end'],
    [{ x: 120, y: -10 }, 'start'],
    [{ x: 10, y: 160 }, 'close'],
    [{ x: 30, y: 20 }, null],
    [{ x: 100, y: 100 }, null],
    [{ x: 0, y: -300 }, null],
  ])('maps a movement of %j to %j', (moved, meant) => {
    expect(swipeOf(moved)).toBe(meant);
  });
});
