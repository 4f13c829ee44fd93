import { expect, it } from 'vitest';
import { picturesToDo } from './pictures-to-do.js';

it('counts jobs of pictures, and no follow-up jobs', () => {
  const queue = [
    { name: 'process-image', waiting: 3, active: 2, delayed: 1 },
    { name: 'remove-bytes', waiting: 10_000, active: 2, delayed: 0 },
    { name: 'encode-format', waiting: 50, active: 0, delayed: 4 },
  ];
  expect(picturesToDo(queue)).toBe(6);
  expect(picturesToDo([])).toBe(0);
});
