import { drawSvg, drawSvgQuarters } from '@darkroom/imaging/testing';
import type { Seed } from './seed.js';

/** Draws SVGs that use the parts of a renderer: shapes, text, paint servers, references, filters and images. */
export function drawSvgSeeds(): Seed[] {
  const inner = drawSvg(drawSvgQuarters(96, 64)).toString('base64');
  const paint = [
    '<linearGradient id="g"><stop stop-color="#036"/><stop offset="1" stop-color="#fc0" stop-opacity=".4"/></linearGradient>',
    '<pattern id="p" width="8" height="8" patternUnits="userSpaceOnUse"><circle r="3" fill="url(#g)"/></pattern>',
    '<clipPath id="c"><path d="M0 0h40v40a9 9 0 0 1-9 9z"/></clipPath>',
    '<mask id="m"><rect width="96" height="64" fill="url(#g)"/></mask>',
  ].join('');
  return [
    [
      'svg-shapes',
      `${drawSvgQuarters(96, 64)}<path d="M9 9c4 8 9-4 20 1s-4 9-20-1z" transform="rotate(9)"/>`,
    ],
    [
      'svg-paint',
      `${paint}<g clip-path="url(#c)" mask="url(#m)"><rect width="96" height="64" fill="url(#p)"/></g>`,
    ],
    [
      'svg-text',
      '<style>text{font:bold 20px serif}</style><text x="4" y="30">A<tspan dy="9" rotate="20">\u00e9\u05d0</tspan></text>',
    ],
    [
      'svg-filter',
      '<filter id="f"><feGaussianBlur stdDeviation="2"/><feColorMatrix values="1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 1 0"/></filter><g filter="url(#f)"><circle cx="40" cy="30" r="20"/></g>',
    ],
    [
      'svg-references',
      `<symbol id="s" viewBox="0 0 9 9"><circle r="4"/></symbol><use href="#s" width="40" height="40"/><image width="40" height="30" href="data:image/svg+xml;base64,${inner}"/>`,
    ],
  ].map(([name = '', content = '']) => ({ name, bytes: drawSvg(content, 'width="96" height="64"') }));
}
