import { describe, expect, it } from 'vitest';
import { createImage, idOf } from '../testing/create-image.js';
import { createReplacement } from './replacement.js';

const now = new Date('2026-11-21T12:00:00.000Z');

describe('createReplacement', () => {
  it('keeps title, caption, tags and the time that is left', () => {
    const expiresAt = '2026-11-21T13:00:00.000Z';
    const image = createImage(1, {
      title: 'Sea',
      caption: 'Late light',
      tags: ['sea', 'holiday'],
      expiresAt,
    });
    expect(createReplacement(image, now)).toEqual({
      id: idOf(1),
      fields: { title: 'Sea', caption: 'Late light', tags: 'sea,holiday', expiresIn: '3600' },
    });
  });

  it('leaves out what the picture does not have', () => {
    expect(createReplacement(createImage(1), now).fields).toEqual({});
  });

  it('asks for the shortest expiry that the api accepts when less is left', () => {
    const image = createImage(1, { expiresAt: '2026-11-21T12:00:01.000Z' });
    expect(createReplacement(image, now).fields).toEqual({ expiresIn: '60' });
  });
});
