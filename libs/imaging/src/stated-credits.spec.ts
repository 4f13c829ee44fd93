import { describe, expect, it } from 'vitest';
import { mergeCredits } from './stated-credits.js';

const xmp = (body: string) =>
  Buffer.from(
    `<x:xmpmeta><rdf:RDF><rdf:Description rdf:about=""${body}</rdf:Description></rdf:RDF></x:xmpmeta>`,
  );
const FULL = xmp(` photoshop:Credit="Ann/Agency">
  <dc:creator><rdf:Seq><rdf:li>Zoë &amp; Sons</rdf:li><rdf:li>山田</rdf:li></rdf:Seq></dc:creator>
  <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">&#169; 2026 Zo&#xEB;</rdf:li><rdf:li xml:lang="de">nein</rdf:li></rdf:Alt></dc:rights>`);

function dataSet(number: number, text: string | Buffer): Buffer {
  const value = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x1c, 2, number, value.length >> 8, value.length & 255]), value]);
}
const IIM = Buffer.concat([
  dataSet(0, Buffer.from([0, 4])),
  dataSet(80, 'Ann'),
  dataSet(80, 'Bob'),
  dataSet(110, 'Agency'),
  dataSet(116, Buffer.from('\xa9 Ann', 'latin1')),
]);
const wrapped = (name: string) =>
  Buffer.concat([
    Buffer.from('Photoshop 3.0\x008BIM\x04\x04', 'latin1'),
    Buffer.from([name.length]),
    Buffer.from(name.length % 2 === 0 ? `${name}\0` : name),
    Buffer.from([0, 0, 0, IIM.length]),
    IIM,
  ]);

describe('mergeCredits', () => {
  it('uses XMP where EXIF has nothing, and appends the credit line to the artist', () => {
    expect(mergeCredits({}, FULL, undefined)).toEqual({
      artist: 'Zoë & Sons; 山田; Ann/Agency',
      copyright: '© 2026 Zoë',
    });
  });

  it('prefers EXIF', () => {
    expect(mergeCredits({ artist: 'Eve', copyright: 'E' }, FULL, IIM)).toEqual({
      artist: 'Eve; Ann/Agency',
      copyright: 'E',
    });
  });

  it.each([
    ['bare', IIM],
    ['in a block without a name', wrapped('')],
    ['in a block with a name', wrapped('abc')],
    ['in a block with a longer name', wrapped('abcd')],
  ])('uses IPTC %s where EXIF and XMP have nothing', (_what, iptc) => {
    expect(mergeCredits({}, undefined, iptc)).toEqual({ artist: 'Ann; Bob; Agency', copyright: '© Ann' });
  });

  it('never repeats a name', () => {
    expect(mergeCredits({ artist: 'Ann/Agency' }, FULL, undefined).artist).toBe('Ann/Agency');
  });

  it('reads a credit line from a separate element', () => {
    expect(mergeCredits({}, xmp('><photoshop:Credit>Agency</photoshop:Credit>'), undefined)).toEqual({
      artist: 'Agency',
    });
  });

  it.each([
    ['an element that is not closed', xmp('><dc:creator><rdf:li>Ann')],
    ['empty elements', xmp('><dc:creator></dc:creator><dc:rights><rdf:li></rdf:li></dc:rights>')],
    ['no text at all', Buffer.alloc(300, 255)],
    ['nothing', Buffer.alloc(0)],
    ['only opening tags', Buffer.from('<dc:creator>'.repeat(20_000))],
  ])('finds nothing in %s', (_what, packet) => {
    expect(mergeCredits({}, packet, undefined)).toEqual({});
  });

  it('returns a short text that is safe to store', () => {
    const hostile = xmp(
      `><dc:rights><rdf:li>a&#0;b&#xD800;c&#9999999;d\u0001${'😀'.repeat(3000)}</rdf:li></dc:rights>`,
    );
    const { copyright = '' } = mergeCredits({}, hostile, undefined);
    expect(copyright).toMatch(/^a b c/);
    expect(copyright).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(copyright.length).toBeLessThanOrEqual(1000);
  });

  it('stops at a false length in IPTC', () => {
    const falseLength = Buffer.concat([
      dataSet(80, 'Ann'),
      Buffer.from([0x1c, 2, 116, 0x7f, 0xff]),
      Buffer.from('x'),
    ]);
    expect(mergeCredits({}, undefined, falseLength)).toEqual({ artist: 'Ann' });
    for (let length = 0; length < IIM.length; length += 1) {
      expect(() => mergeCredits({}, undefined, wrapped('abc').subarray(0, length))).not.toThrow();
    }
  });
});
