import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.js';

describe('cursor', () => {
  it('returns the id that it was made from, and has 22 characters that need no escaping', () => {
    for (const id of [
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      ...Array.from({ length: 50 }, () => randomUUID()),
    ]) {
      expect(encodeCursor(id)).toMatch(/^[\w-]{22}$/);
      expect(decodeCursor(encodeCursor(id))).toBe(id);
    }
  });

  it.each([
    '',
    'A',
    'A'.repeat(21),
    'A'.repeat(23),
    `${'A'.repeat(21)}B`,
    `${'A'.repeat(21)}=`,
    'A'.repeat(20) + '+/',
  ])('refuses %j', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        errors: [expect.objectContaining({ field: 'cursor' })],
      }),
    );
  });
});
