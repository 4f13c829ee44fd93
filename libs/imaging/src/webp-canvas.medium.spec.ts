import sharp from 'sharp';
import { expect, it } from 'vitest';
import { markUncovered } from './webp-canvas.js';

const [WIDTH, HEIGHT] = [64, 48];
/** RFC 9649, 2.7: flags of the VP8X chunk, which is the first one; background of the ANIM chunk. */
const FLAGS_AT = 20;
const [ANIMATED, ALPHA] = [2, 0x10];

type Rgba = readonly [number, number, number, number];
const RED: Rgba = [200, 40, 40, 255];
const BLUE: Rgba = [40, 60, 200, 255];
const CLEAR: Rgba = [0, 0, 0, 0];

/** An animation whose frames have a colour on the left and one on the right. */
async function animate(frames: readonly (readonly [Rgba, Rgba])[]): Promise<Buffer> {
  const data = Buffer.alloc(WIDTH * HEIGHT * 4 * frames.length);
  frames.forEach(([left, right], index) => {
    for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel += 1) {
      data.set(pixel % WIDTH < WIDTH / 2 ? left : right, (index * WIDTH * HEIGHT + pixel) * 4);
    }
  });
  const raw = { width: WIDTH, height: HEIGHT * frames.length, pageHeight: HEIGHT, channels: 4 as const };
  return sharp(data, { raw, animated: true }).webp({ quality: 80 }).toBuffer();
}

it('marks an animation whose first frame leaves a part of the canvas uncovered', async () => {
  const webp = await animate([
    [RED, CLEAR],
    [BLUE, BLUE],
  ]);
  expect(webp[FLAGS_AT]).toBe(ANIMATED);
  markUncovered(webp);
  expect(webp[FLAGS_AT]).toBe(ANIMATED | ALPHA);
  expect([...webp.subarray(webp.indexOf('ANIM') + 8).subarray(0, 4)]).toEqual([0, 0, 0, 0]);
});

it('marks an animation whose later frame becomes transparent', async () => {
  const webp = await animate([
    [RED, BLUE],
    [RED, CLEAR],
    [CLEAR, CLEAR],
  ]);
  markUncovered(webp);
  expect(webp[FLAGS_AT]).toBe(ANIMATED | ALPHA);
});

it('changes nothing else: an opaque animation, a still picture, no picture', async () => {
  const still = sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } });
  for (const webp of [
    await animate([
      [RED, BLUE],
      [BLUE, RED],
    ]),
    await still.webp().toBuffer(),
    Buffer.from('RIFF\x20\0\0\0WEBP', 'latin1'),
  ]) {
    const before = Buffer.from(webp);
    markUncovered(webp);
    expect(webp.equals(before)).toBe(true);
  }
});
