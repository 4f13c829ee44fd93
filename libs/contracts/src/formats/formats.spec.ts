import { describe, expect, it } from 'vitest';
import { findInputFormat, inputFormats, originalContentTypes, unsupportedKinds } from './input-formats.js';
import { defaultFormats, firstFormat, outputFormats, variantFormats } from './output-formats.js';

const inputs = Object.values(inputFormats);
const outputs = Object.values(outputFormats);

/** Those that stand in the list more than once. */
const doubles = (list: readonly string[]) => list.filter((entry, at) => list.indexOf(entry) !== at);

describe('output formats', () => {
  it('begin with the first format, which every picture gets', () => {
    expect(variantFormats[0]).toBe(firstFormat);
    expect(defaultFormats).toContain(firstFormat);
  });

  it('share neither a content type nor an extension: storage keys and links differ by them', () => {
    expect(doubles(outputs.map(({ contentType }) => contentType))).toEqual([]);
    expect(doubles(outputs.map(({ extension }) => extension))).toEqual([]);
  });

  it('have ids and extensions that SQL, JSON, file names and URLs hold without an escape', () => {
    for (const [id, { extension }] of Object.entries(outputFormats))
      expect(`${id}.${extension}`).toMatch(/^[a-z][a-z0-9]*\.[a-z][a-z0-9]*$/);
  });
});

describe('input formats', () => {
  it('share no extension with each other or with an unsupported kind', () => {
    const all = [...inputs, ...unsupportedKinds].flatMap(({ extensions }): readonly string[] => extensions);
    expect(doubles(all)).toEqual([]);
    expect(all.filter((extension) => !/^[a-z0-9]+$/.test(extension))).toEqual([]);
  });

  it('agree with the output formats on the extension of a content type', () => {
    for (const { contentType, extension } of outputs)
      expect(findInputFormat(contentType)?.extensions[0] ?? extension).toBe(extension);
  });

  it('are found by their content type, and nothing else is', () => {
    for (const type of originalContentTypes) expect(findInputFormat(type)).toBe(inputFormats[type]);
    expect(['image/x', 'toString', ''].map(findInputFormat)).toEqual([undefined, undefined, undefined]);
  });
});
