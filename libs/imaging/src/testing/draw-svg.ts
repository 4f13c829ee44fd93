import { type Quarters, UPRIGHT } from './drawings.js';

/** Attributes of the root element. */
const SIZE = 'width="96" height="64"';

/** An SVG document. */
export function drawSvg(content: string, attributes = SIZE): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`,
  );
}

/** Four rectangles of one colour each. */
export function drawSvgQuarters(width: number, height: number, quarters: Quarters = UPRIGHT): string {
  return quarters
    .map((colour, index) => {
      const [x, y] = [index % 2 === 0 ? 0 : width / 2, index < 2 ? 0 : height / 2];
      return `<rect x="${x}" y="${y}" width="${width / 2}" height="${height / 2}" fill="rgb(${colour.join(',')})"/>`;
    })
    .join('');
}
