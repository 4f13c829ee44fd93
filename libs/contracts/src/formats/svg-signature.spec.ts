import { describe, expect, it } from 'vitest';
import { isSvg } from './svg-signature.js';

const NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"';
const ROOT = `<svg ${NAMESPACE}/>`;
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('an SVG is recognized', () => {
  it.each([
    ['alone', ROOT],
    ['after a line break', `\r\n\t${ROOT}`],
    ['after an XML declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${ROOT}`],
    ['after a style sheet and comments', `<?xml-stylesheet href="a.css"?><!-- <html> --><!-- > -->${ROOT}`],
    [
      'after its document type',
      `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">${ROOT}`,
    ],
    [
      'with its namespace in an entity, as Illustrator writes it',
      `<!DOCTYPE svg [\n<!ENTITY ns_svg "http://www.w3.org/2000/svg">\n] >\n<svg xmlns="&ns_svg;">`,
    ],
    ['with a prefix', '<svg:svg xmlns:svg="http://www.w3.org/2000/svg">'],
    ['with its first attribute on the next line', `<svg\n${NAMESPACE}>`],
  ])('%s', (_how, text) => {
    expect(isSvg(Buffer.from(text))).toBe(true);
    expect(isSvg(Buffer.from(`\ufeff${text}`))).toBe(true);
    expect(isSvg(Buffer.from(`\ufeff${text}`, 'utf16le'))).toBe(true);
    expect(isSvg(utf16be(`\ufeff${text}`))).toBe(true);
  });
});

describe('an SVG is not recognized in', () => {
  it.each([
    ['HTML', `<!doctype html><html><body>${ROOT}</body></html>`],
    ['HTML without a document type', `<html>${ROOT}</html>`],
    ['HTML after a comment', `<!-- <svg> --><body>${ROOT}`],
    ['text', `Look: ${ROOT}`],
    ['a comment', `<!-- ${ROOT}`],
    ['a processing instruction', `<?php echo '${ROOT}'`],
    ['an element whose name begins like it', `<svgfont ${NAMESPACE}/>`],
    ['a document without the namespace', '<svg width="9" height="9"/>'],
    ['another vocabulary', `<math xmlns="http://www.w3.org/1998/Math/MathML">${ROOT}</math>`],
    ['a document type of another root', `<!DOCTYPE html [<!ENTITY a "http://www.w3.org/2000/svg">]>${ROOT}`],
    ['zero bytes', ''],
  ])('%s', (_what, text) => {
    expect(isSvg(Buffer.from(text))).toBe(false);
    expect(isSvg(Buffer.from(`\ufeff${text}`, 'utf16le'))).toBe(false);
  });

  it('the bytes of a compressed one', () => {
    expect(isSvg(Buffer.from([0x1f, 0x8b, 8, 0]))).toBe(false);
  });
});
