import { need, type Step } from '../context.js';
import type { Deadline } from '../deadline.js';
import { frameAt, openPixels, type Pixels, releasePixels } from '../pixels.js';
import type { Turn } from '../turn.js';

/**
 * The transformation that makes each EXIF orientation upright. */
const TURNS: Record<number, Turn> = {
  2: { flop: true, angle: 0 },
  3: { flop: false, angle: 180 },
  4: { flop: true, angle: 180 },
  5: { flop: true, angle: 270 },
  6: { flop: false, angle: 90 },
  7: { flop: true, angle: 90 },
  8: { flop: false, angle: 270 },
};

/** Returns what makes a picture of this EXIF orientation upright; undefined when it is. */
export function turnOf(orientation: number): Turn | undefined {
  return TURNS[orientation];
}

/**
 * Turns the picture upright. Works on the decoded pixels, frame by frame, because sharp refuses to rotate an animation
 * by 90 degrees, and rotating it by 180 degrees would also reverse the frames.
 */
export const orient: Step = {
  name: 'orient',
  async run(context) {
    const turn = turnOf(need(context, 'source').orientation);
    if (!turn) return;
    const pixels = need(context, 'pixels');
    const frames: Pixels[] = [];
    for (let index = 0; index < pixels.frames; index += 1) {
      frames.push(await turnFrame(frameAt(pixels, index), turn, context.deadline));
    }
    const [first] = frames;
    if (!first) return;
    const data = frames.length === 1 ? first.data : Buffer.concat(frames.map((frame) => frame.data));
    context.pixels = { ...first, data, frames: frames.length };
    releasePixels(pixels);
  },
};

async function turnFrame(frame: Pixels, turn: Turn, deadline: Deadline): Promise<Pixels> {
  deadline.check();
  const { data, info } = await openPixels(frame, deadline)
    .flop(turn.flop)
    .rotate(turn.angle)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { ...frame, data, width: info.width, height: info.height };
}
