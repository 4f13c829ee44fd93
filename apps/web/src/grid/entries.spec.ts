import type { Image } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { NO_FILTER, type LibraryFilter } from '../library/filter.js';
import { emptyLibrary, reduceLibrary } from '../library/library-state.js';
import { createImage, idOf } from '../testing/create-image.js';
import { createFakeUploads, createUploads } from '../testing/fake-uploads.js';
import { type EntryParts, listEntries } from './entries.js';

const now = new Date('2026-11-21T12:00:00');

function parts(
  images: readonly Image[],
  more: Partial<EntryParts> = {},
  filter: Partial<LibraryFilter> = {},
): EntryParts {
  const view = { ...NO_FILTER, ...filter };
  const page = { items: [...images], nextCursor: null };
  return {
    library: reduceLibrary(emptyLibrary(view), [{ type: 'replaced', filter: view, page }]),
    open: [],
    hidden: new Set(),
    aspects: new Map(),
    arrivedAt: () => null,
    now,
    ...more,
  };
}

/** Two files that are being uploaded. */
function uploading() {
  const { queue } = createFakeUploads();
  queue.add(createUploads(2));
  return queue.uploads.value;
}

const keys = (of: EntryParts) => listEntries(of).map(({ key }) => key);

describe('listEntries', () => {
  it('puts uploads first, where their pictures will be', () => {
    expect(keys(parts([createImage(1)], { open: uploading() }))).toEqual(['upload-2', 'upload-1', idOf(1)]);
  });

  it('leaves out uploads while a search is active', () => {
    expect(keys(parts([createImage(1)], { open: uploading() }, { q: 'sea' }))).toEqual([idOf(1)]);
  });

  it('leaves out pictures that are being deleted', () => {
    expect(keys(parts([createImage(2), createImage(1)], { hidden: new Set([idOf(2)]) }))).toEqual([idOf(1)]);
  });

  it('shows one card when the event for a picture arrives before the answer to its upload', () => {
    const announced = createImage(5, { filename: 'photo-1.jpg', bytes: 1000, status: 'queued' });
    const open = uploading();
    expect(keys(parts([announced], { open, arrivedAt: () => 10 }))).toEqual(['upload-2', 'upload-1']);
  });

  it('keeps an older picture of the same name and size', () => {
    const before = createImage(5, { filename: 'photo-1.jpg', bytes: 1000 });
    expect(keys(parts([before], { open: uploading() }))).toContain(before.id);
  });

  it('uses the aspect ratio from the server, else from the browser, else a default', () => {
    const unknown = { width: null, height: null };
    const images = [createImage(3), createImage(2, unknown), createImage(1, unknown)];
    const aspects = new Map([[idOf(2), 0.5]]);
    expect(listEntries(parts(images, { aspects })).map(({ aspect }) => aspect)).toEqual([1.5, 0.5, 4 / 3]);
  });

  it('groups pictures by the day of their upload', () => {
    const days = ['2026-11-21T09:00:00', '2026-11-20T23:00:00'].map((day) => new Date(day).toISOString());
    const images = [
      createImage(12, { createdAt: days[0] ?? '' }),
      createImage(11, { createdAt: days[1] ?? '' }),
    ];
    expect(listEntries(parts(images)).map(({ section }) => section)).toEqual(['2026-11-21', '2026-11-20']);
  });
});
