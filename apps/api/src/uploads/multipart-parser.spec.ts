import { describe, expect, it } from 'vitest';
import { MultipartParser } from './multipart-parser.js';
import type { RawHeaders } from './part-header.js';

interface ParsedPart {
  headers: RawHeaders;
  body: string;
  isComplete: boolean;
}

/** Parses a form that arrives in chunks of this many bytes. */
function parse(form: string, chunkBytes = form.length, boundary = 'x') {
  const parts: ParsedPart[] = [];
  const parser = new MultipartParser(boundary, {
    begin: (headers) => void parts.push({ headers, body: '', isComplete: false }),
    data: (bytes) => {
      const last = parts.at(-1);
      if (last) last.body += bytes.toString('latin1');
    },
    endPart: () => {
      const last = parts.at(-1);
      if (last) last.isComplete = true;
    },
  });
  const bytes = Buffer.from(form, 'latin1');
  for (let at = 0; at < bytes.length; at += chunkBytes) parser.write(bytes.subarray(at, at + chunkBytes));
  return { parts, isComplete: parser.isComplete };
}

const part = (body: string, headers = 'Name: a') => `--x\r\n${headers}\r\n\r\n${body}\r\n`;
const SIZES = [1, 2, 3, 5, 7, 11, 64, 10_000];

describe('MultipartParser', () => {
  it.each(SIZES)('finds the parts of a form that arrives %i bytes at a time', (size) => {
    const bodies = [
      '',
      'text',
      '\r',
      '\r\n',
      '\r\n--',
      '\r\n--\r\n--y\r\n',
      'b--x',
      'a\r\n-',
      '\r\r\n\r\n--',
      '\n--x',
    ];
    const { parts, isComplete } = parse(`${bodies.map((body) => part(body)).join('')}--x--\r\n`, size);
    expect(parts).toEqual(bodies.map((body) => ({ headers: { name: ['a'] }, body, isComplete: true })));
    expect(isComplete).toBe(true);
  });

  it.each(SIZES)('ignores what precedes and what follows the form, %i bytes at a time', (size) => {
    const form = `preamble --x\r\n-\r\n${part('1')}--x--\r\nepilogue\r\n--x\r\nName: b\r\n\r\n2\r\n--x--`;
    expect(parse(form, size).parts).toEqual([{ headers: { name: ['a'] }, body: '1', isComplete: true }]);
  });

  it.each(SIZES)('accepts a part of headers alone, %i bytes at a time', (size) => {
    const { parts } = parse('--x\r\nName: a\r\n\r\n--x\r\nName: b\r\n\r\n2\r\n--x--', size);
    expect(parts.map(({ headers, body }) => [headers['name'], body])).toEqual([
      [['a'], ''],
      [['b'], '2'],
    ]);
  });

  it('reads headers in any case, repeated, folded, and with spaces after the delimiter', () => {
    const { parts } = parse('--x \t\r\nNAME:a\r\nname:\tb\r\nOther: 1:2\r\n  3\r\n\r\n\r\n--x--');
    expect(parts[0]?.headers).toEqual({ name: ['a', 'b'], other: ['1:2  3'] });
  });

  it.each(['Name: a\r\nnone\r\nOther: b', 'Name: a\r\nOther: b\nc', 'Name: a\r\n: b'])(
    'ignores a line without a header, and those after it: %j',
    (headers) => {
      expect(parse(`${part('', headers)}--x--`).parts[0]?.headers).toEqual({ name: ['a'] });
    },
  );

  it('ignores the headers after the 20th', () => {
    const lines = Array.from({ length: 25 }, (_, index) => `h${index}: 1`).join('\r\n');
    expect(Object.keys(parse(`${part('', lines)}--x--`).parts[0]?.headers ?? {})).toHaveLength(20);
  });

  it.each([
    ['characters after a delimiter', '--xy\r\nName: a\r\n\r\n\r\n--x--', /other characters/],
    [
      'a part that ends within its headers',
      '--x\r\nName: a\r\n--x\r\nName: b\r\n\r\n\r\n--x--',
      /within its headers/,
    ],
    ['headers that are too long', part('', `Name: ${'a'.repeat(90_000)}`), /too long/],
  ])('refuses %s', (_, form, message) => {
    expect(() => parse(form)).toThrow(message);
    expect(() => parse(form, 1_000)).toThrow(message);
  });

  it.each([
    ['without a delimiter', 'hello'],
    ['that is cut off in its headers', '--x\r\nName'],
    ['that is cut off in a body', '--x\r\nName: a\r\n\r\n1\r\n--'],
    ['without its end', `${part('1')}--x\r\n`],
  ])('does not call a form complete %s', (_, form) => {
    expect(parse(form).isComplete).toBe(false);
  });
});
