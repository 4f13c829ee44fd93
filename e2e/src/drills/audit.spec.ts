import {
  defaultFormats,
  defaultRecipe,
  type Image,
  originalKey,
  type PictureCode,
  variantKey,
} from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { audit, type Remains, type Stored } from './audit.js';
import type { Answered } from './ledger.js';

const SHA = 'ab'.repeat(32);
const A = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';
const B = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a22';

const variants = defaultFormats.flatMap((format) =>
  defaultRecipe.sizes.map(({ name }) => ({ name, format, width: 10, height: 10, bytes: 100, url: '/' })),
);

function createImage(id: string, parts: Partial<Image> = {}): Image {
  return {
    id,
    status: 'ready',
    step: null,
    error: null,
    filename: `${id}.jpg`,
    contentType: 'image/jpeg',
    bytes: 1_000,
    width: 10,
    height: 10,
    sha256: SHA,
    thumbhash: null,
    facts: null,
    title: null,
    caption: null,
    tags: [],
    createdAt: '2026-01-01T00:00:00Z',
    readyAt: null,
    expiresAt: null,
    original: { url: '/' },
    variants,
    ...parts,
  };
}

const answer = (id: string, parts: Partial<Answered> = {}): Answered => ({
  id,
  filename: `${id}.jpg`,
  sha256: SHA,
  expected: 'ready',
  deletion: 'none',
  ...parts,
});

const objectsOf = (id: string): Stored[] => [
  { key: originalKey(id, 'image/jpeg'), bytes: 1_000, sha256: SHA },
  ...variants.map(({ name, format, bytes }) => ({
    key: variantKey(id, name, defaultRecipe.version, format),
    bytes,
  })),
];

const remainsOf = (parts: Partial<Remains>): Remains => ({
  images: [],
  stored: [],
  temporary: [],
  jobs: 0,
  deletions: 0,
  ...parts,
});

it('finds nothing when storage holds exactly what was acknowledged', () => {
  const found = audit(
    [answer(A), answer(B, { deletion: 'done' })],
    remainsOf({ images: [createImage(A, { readyAt: '2026-01-01T00:00:12.340Z' })], stored: objectsOf(A) }),
  );
  expect(found).toEqual({
    ended: { ready: 1 },
    deleted: 1,
    longestWaitSeconds: 12.3,
    lost: 0,
    doubled: 0,
    orphaned: { objects: 0, bytes: 0 },
    findings: [],
  });
});

describe('lost', () => {
  const whole = objectsOf(A);
  const cases: { name: string; remains: Partial<Remains>; says: RegExp }[] = [
    { name: 'no row', remains: {}, says: /has no row/ },
    {
      name: 'no original',
      remains: { images: [createImage(A)], stored: whole.slice(1) },
      says: /lacks uploads/,
    },
    {
      name: 'one variant missing',
      remains: { images: [createImage(A)], stored: whole.slice(0, -1) },
      says: /lacks variants/,
    },
    {
      name: 'a different original',
      remains: { images: [createImage(A)], stored: whole.map((object) => ({ ...object, sha256: 'other' })) },
      says: /different original/,
    },
    {
      name: 'half of a variant',
      remains: { images: [createImage(A)], stored: whole.map((object) => ({ ...object, bytes: 50 })) },
      says: /of 50 bytes, not 100/,
    },
    {
      name: 'no WebP',
      remains: { images: [createImage(A, { variants: variants.slice(0, 4) })], stored: whole.slice(0, 5) },
      says: /has 4 of 8 variants/,
    },
    {
      name: 'a job that never finishes',
      remains: { images: [createImage(A, { status: 'queued', variants: [] })], stored: whole.slice(0, 1) },
      says: /still queued/,
    },
  ];
  it.each(cases)('$name', ({ remains, says }) => {
    const found = audit([answer(A)], remainsOf(remains));
    expect(found.lost).toBe(1);
    expect(found.findings.join('\n')).toMatch(says);
  });
});

it('reports an upload with two pictures as duplicated, and the second as never acknowledged', () => {
  const images = [createImage(A), createImage(B, { filename: `${A}.jpg` })];
  const found = audit([answer(A)], remainsOf({ images, stored: [...objectsOf(A), ...objectsOf(B)] }));
  expect(found.doubled).toBe(1);
  expect(found.findings.join('\n')).toMatch(/more than one picture\n.*never acknowledged/);
});

it('reports leftover objects, temporary files, jobs and deletions', () => {
  const found = audit(
    [],
    remainsOf({ stored: objectsOf(A), temporary: [{ key: 'half', bytes: 7 }], jobs: 2, deletions: 1 }),
  );
  expect(found.orphaned).toEqual({ objects: 10, bytes: 1_000 + 8 * 100 + 7 });
  expect(found.findings.join('\n')).toMatch(/2 jobs are left[^]*1 deletions/);
});

it('reports a deleted picture that still exists', () => {
  const remains = remainsOf({ images: [createImage(A)], stored: objectsOf(A) });
  expect(audit([answer(A, { deletion: 'done' })], remains).findings.join()).toMatch(
    /was deleted but still exists/,
  );
});

it.each<{ status: Image['status']; code: PictureCode | null; expected: Answered['expected'] }>([
  { status: 'failed', code: 'internal', expected: 'ready' },
  { status: 'failed', code: 'internal', expected: 'failed' },
  { status: 'quarantined', code: 'decoder_crashed', expected: 'ready' },
])('reports a picture that ended $status with $code instead of $expected', ({ status, code, expected }) => {
  const error = code === null ? null : { code, message: '' };
  const image = createImage(A, { status, error, variants: [] });
  const found = audit(
    [answer(A, { expected })],
    remainsOf({ images: [image], stored: objectsOf(A).slice(0, 1) }),
  );
  expect(found.lost).toBe(0);
  expect(found.findings.join()).toMatch(`ended ${status}`);
});
