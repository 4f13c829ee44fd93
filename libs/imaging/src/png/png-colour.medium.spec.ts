import { closeSync, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chrm, cicp, gama, pngChunk, srgbChunk, withChunks } from '../testing/draw-png.js';
import { readPngColour } from './png-colour.js';

const ADOBE = [0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06];
const P3 = { colour: { primaries: 12, transfer: 13 }, overProfile: true };
const NOTHING = { colour: null, overProfile: false };

let folder: string;
let png: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-png-'));
  png = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function read(file: Buffer) {
  const path = join(folder, 'picture');
  writeFileSync(path, file);
  const fd = openSync(path, 'r');
  try {
    return readPngColour(fd);
  } finally {
    closeSync(fd);
  }
}

const readChunks = (...chunks: readonly Buffer[]) => read(withChunks(png, ...chunks));

it('finds nothing in a plain PNG, and nothing in a truncated one', () => {
  expect(read(png)).toEqual(NOTHING);
  const named = withChunks(png, cicp(12, 13));
  for (let length = 8; length < 33 + 16; length += 1)
    expect(read(named.subarray(0, length))).toEqual(NOTHING);
});

it('prefers cICP to everything, sRGB to gAMA and cHRM', () => {
  expect(readChunks(gama(1), chrm(...ADOBE), srgbChunk(), cicp(12, 13))).toEqual(P3);
  expect(readChunks(gama(1), chrm(...ADOBE), srgbChunk())).toEqual(NOTHING);
});

it('reads gAMA with cHRM', () => {
  const { colour, overProfile } = readChunks(gama(0.5), chrm(...ADOBE));
  expect(overProfile).toBe(false);
  expect(colour).toEqual({
    primaries: { white: [0.3127, 0.329], red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06] },
    transfer: { gamma: 2 },
  });
});

it('reads gAMA without cHRM, unless it is about that of sRGB', () => {
  expect(readChunks(gama(1)).colour).toEqual({ primaries: 1, transfer: { gamma: 1 } });
  expect(readChunks(gama(0.45455))).toEqual(NOTHING);
});

it('ignores cHRM without gAMA, as browsers do', () => {
  expect(readChunks(chrm(...ADOBE))).toEqual(NOTHING);
});

it.each([
  ['of another matrix', cicp(9, 16, 9)],
  ['of a narrow range', cicp(12, 13, 0, 0)],
  ['of reserved primaries', cicp(0, 13)],
  ['of a reserved transfer', cicp(12, 3)],
  ['of a wrong length', pngChunk('cICP', Buffer.from([12, 13, 0, 1, 0]))],
  ['with a wrong checksum', cicp(12, 13).fill(0, 12)],
])('ignores cICP %s', (_what, chunk) => {
  expect(readChunks(chunk)).toEqual(NOTHING);
  expect(readChunks(chunk, gama(1)).colour).toEqual({ primaries: 1, transfer: { gamma: 1 } });
});

it.each([
  ['a gamma of zero', [gama(0), chrm(...ADOBE)]],
  ['a white without luminance', [gama(0.45455), chrm(0.3127, 0, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)]],
])('ignores %s', (_what, chunks) => {
  expect(readChunks(...chunks)).toEqual(NOTHING);
});

it('reads the first of several chunks, and none after the pixels', () => {
  expect(readChunks(cicp(12, 13), cicp(1, 8))).toEqual(P3);
  const end = png.length - 12;
  expect(read(Buffer.concat([png.subarray(0, end), cicp(12, 13), png.subarray(end)]))).toEqual(NOTHING);
});

it('stops after 500 chunks, and at a length beyond the file', () => {
  const comments = Array.from({ length: 500 }, () => pngChunk('tEXt', Buffer.from('a\0b')));
  expect(readChunks(...comments, cicp(12, 13))).toEqual(NOTHING);
  const endless = pngChunk('tEXt', Buffer.from('a\0b'));
  endless.writeUInt32BE(0xffff_ffff, 0);
  expect(readChunks(endless, cicp(12, 13))).toEqual(NOTHING);
});
