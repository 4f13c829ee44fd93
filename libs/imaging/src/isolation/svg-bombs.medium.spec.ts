import { PictureFault } from '@darkroom/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { drawSvg, drawSvgQuarters } from '../testing/draw-svg.js';
import { drawPng } from '../testing/bombs.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from '../testing/workbench.js';
import { RED } from '../testing/drawings.js';
import { createDecoderPool, type DecoderPool } from './decoder-pool.js';

const MEBIBYTE = 2 ** 20;
const BOMB_TIMEOUT_MS = 4000;

let bench: Workbench;
let pool: DecoderPool;
const replaced: string[] = [];
beforeAll(async () => {
  bench = await createWorkbench((folder) => {
    const onReplaced = (reason: string) => void replaced.push(reason);
    pool = createDecoderPool({
      size: 1,
      memoryLimitBytes: 512 * MEBIBYTE,
      folder,
      killGraceMs: 500,
      onReplaced,
    });
    return pool;
  });
});
afterAll(async () => {
  await pool.close();
  await bench.dispose();
});

const outcomeOf = (document: Buffer, timeoutMs = 30_000) =>
  bench.process(document, oneSize(1600), { timeoutMs }).then(
    () => 'ready',
    (error: unknown) => (error instanceof PictureFault ? error.code : error),
  );

/** Each level uses the one before ten times. */
function laughs(levels: number, draw: (level: number, inner: string) => string): string {
  return Array.from({ length: levels }, (_, level) =>
    draw(level + 1, Array.from({ length: 10 }, () => `<use href="#a${level}"/>`).join('')),
  ).join('');
}

const entities = (levels: number) =>
  Array.from({ length: levels }, (_, level) => `<!ENTITY a${level + 1} "${`&a${level};`.repeat(10)}">`).join(
    '',
  );

describe('an SVG in a decoder process', () => {
  it('is drawn, with its text in the bundled font', async () => {
    const document = drawSvg(`${drawSvgQuarters(96, 64)}<text x="50" y="60" font-size="60">M</text>`);
    const { data } = only((await bench.process(document, oneSize(96))).variants);
    expect(distance(await colourAt(data, 0.2, 0.2), RED)).toBeLessThan(25);
    const right = await sharp(data).extract({ left: 50, top: 10, width: 45, height: 50 }).stats();
    expect(right.channels[0]?.min).toBeLessThan(20);
    expect(replaced).toEqual([]);
  });

  it.each([
    [
      'of a billion uses',
      'unsupported_format or processing_timeout',
      () =>
        drawSvg(
          `<g id="a0"><path d="M0 0h1"/></g>${laughs(9, (level, inner) => `<g id="a${level}">${inner}</g>`)}<use href="#a9"/>`,
        ),
    ],
    [
      'of a billion patterns',
      'any',
      () =>
        drawSvg(
          `<rect id="a0" width="9" height="9"/>${Array.from(
            { length: 9 },
            (_, level) =>
              `<pattern id="p${level + 1}" width="0.01" height="0.01"><rect width="9" height="9" fill="url(#p${level})"/></pattern>`,
          ).join('')}<rect width="96" height="64" fill="url(#p9)"/>`,
        ),
    ],
    [
      'of a billion laughs in entities',
      'unsupported_format',
      () =>
        Buffer.from(
          drawSvg('<text>&a9;</text>')
            .toString()
            .replace('<svg', `<!DOCTYPE svg [<!ENTITY a0 "ha">${entities(9)}]><svg`),
        ),
    ],
    [
      'that is 100,000 groups deep',
      'unsupported_format',
      () => drawSvg('<g>'.repeat(100_000) + '</g>'.repeat(100_000)),
    ],
    [
      'that refers to itself',
      'any',
      () =>
        drawSvg(
          '<g id="a"><use href="#a"/></g><pattern id="p"><rect fill="url(#p)"/></pattern><rect fill="url(#p)"/>',
        ),
    ],
    [
      // Which limit it meets first depends on the speed of the machine.
      'of 400 layers with a blur each',
      'processing_timeout or out_of_memory',
      () =>
        drawSvg(
          `<filter id="f" x="-9" y="-9" width="99" height="99"><feGaussianBlur stdDeviation="40"/></filter>${'<g filter="url(#f)"><rect width="96" height="64"/>'.repeat(400)}${'</g>'.repeat(400)}`,
        ),
    ],
    [
      'of a gigapixel a side',
      'ready',
      () => drawSvg('<rect width="100%" height="100%"/>', 'width="1e9" height="1e9"'),
    ],
    [
      'with a number like 1e308',
      'any',
      () => drawSvg('<rect width="1e308" height="1e308" transform="scale(1e308)"/>'),
    ],
    ['with five million points', 'any', () => drawSvg(`<path d="M0 0${'l1 1 -1 2'.repeat(1_250_000)}"/>`)],
    [
      'with an image whose header states a gigapixel',
      'any',
      () =>
        drawSvg(
          `<image width="9" height="9" href="data:image/png;base64,${drawPng({ width: 32_000, height: 32_000 }).toString('base64')}"/>`,
        ),
    ],
  ])('%s ends as %s; the next picture is drawn', async (_what, code, draw) => {
    const outcome = await outcomeOf(draw(), BOMB_TIMEOUT_MS);
    const ends = ['ready', 'unsupported_format', 'processing_timeout', 'out_of_memory', 'corrupt_image'];
    expect(code === 'any' ? ends : code.split(' or ')).toContain(outcome);
    // No crash: a process ends by a limit, or because it kept too much memory.
    expect(replaced.filter((reason) => !['timeout', 'memory', 'worn'].includes(reason))).toEqual([]);
    expect(await outcomeOf(drawSvg(drawSvgQuarters(96, 64)))).toBe('ready');
  });
});
