import { outputFormats, type Variant, variantFormats } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { sourcesOf } from './sources.js';

function variant(format: Variant['format'], name: string, width: number): Variant {
  return { name, format, width, height: width, bytes: 1, url: `/media/${name}.${format}` };
}

const sizes = [
  ['small', 320],
  ['medium', 800],
] as const;
const all = variantFormats.flatMap((format) => sizes.map(([name, width]) => variant(format, name, width)));

describe('the sources of a picture', () => {
  it('are every format but JPEG, which the <img> has, the best one first', () => {
    const { sources, srcset, fallback } = sourcesOf(all);
    expect(sources).toContainEqual({
      type: 'image/avif',
      srcset: '/media/small.avif 320w, /media/medium.avif 800w',
    });
    expect(sources.map(({ type }) => type)).toEqual(
      variantFormats
        .slice(1)
        .toReversed()
        .map((format) => outputFormats[format].contentType),
    );
    expect(srcset).toBe('/media/small.jpeg 320w, /media/medium.jpeg 800w');
    expect(fallback).toBe('/media/medium.jpeg');
  });

  it('leave out a format that is not made yet', () => {
    expect(sourcesOf(all.filter(({ format }) => format === 'jpeg')).sources).toEqual([]);
  });

  it('name each width once', () => {
    const same = [variant('jpeg', 'medium', 200), variant('jpeg', 'large', 200)];
    expect(sourcesOf(same).srcset).toBe('/media/medium.jpeg 200w');
  });

  it('are empty without variants', () => {
    expect(sourcesOf([])).toEqual({ sources: [], srcset: '', fallback: '' });
  });
});
