import { describe, expect, it } from 'vitest';
import { type OriginalContentType, originalContentTypes } from './formats/input-formats.js';
import { variantFormats } from './formats/output-formats.js';
import { defaultRecipe, originalKey, originalPrefix, variantKey, variantPrefix } from './recipe.js';

const id = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

describe('storage keys', () => {
  it.each([
    ['image/jpeg', 'jpg'],
    ['image/png', 'png'],
    ['image/webp', 'webp'],
    ['image/gif', 'gif'],
    ['image/avif', 'avif'],
    ['image/tiff', 'tiff'],
    ['image/heic', 'heic'],
    ['image/jxl', 'jxl'],
    ['image/jp2', 'jp2'],
    ['image/vnd.adobe.photoshop', 'psd'],
    ['image/bmp', 'bmp'],
    ['image/vnd.microsoft.icon', 'ico'],
    ['image/qoi', 'qoi'],
  ] as const)('of an original in %s end in %s', (contentType, extension) => {
    expect(originalKey(id, contentType)).toBe(`uploads/${id}/original.${extension}`);
  });

  it('of an original in a format that only a later version knows is a guess, not a fault', () => {
    const later = 'image/later' as OriginalContentType;
    expect(originalKey(id, later)).toBe(`uploads/${id}/original.later`);
  });

  it('name size, recipe version and format of a variant', () => {
    expect(variantKey(id, 'small', 3, 'jpeg')).toBe(`variants/${id}/small-3.jpg`);
    expect(variantKey(id, 'large', 1, 'webp')).toBe(`variants/${id}/large-1.webp`);
    expect(variantKey(id, 'large', 1, 'avif')).toBe(`variants/${id}/large-1.avif`);
  });

  it('are below the prefixes of their image and distinct', () => {
    const variants = defaultRecipe.sizes.flatMap(({ name }) =>
      variantFormats.map((format) => variantKey(id, name, defaultRecipe.version, format)),
    );
    const originals = originalContentTypes.map((contentType) => originalKey(id, contentType));
    expect(variants.every((key) => key.startsWith(variantPrefix(id)))).toBe(true);
    expect(originals.every((key) => key.startsWith(originalPrefix(id)))).toBe(true);
    expect(new Set([...variants, ...originals]).size).toBe(variants.length + originals.length);
  });
});

describe('defaultRecipe', () => {
  it('has the sizes of the design', () => {
    expect(defaultRecipe.sizes.map(({ name, longSide }) => [name, longSide])).toEqual([
      ['thumbnail', 150],
      ['small', 320],
      ['medium', 800],
      ['large', 1600],
    ]);
  });
});
