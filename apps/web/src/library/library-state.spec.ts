import type { Image } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { createImage, idOf } from '../testing/create-image.js';
import { NO_FILTER, type LibraryFilter } from './filter.js';
import { emptyLibrary, reduceLibrary, type LibraryState } from './library-state.js';

function library(
  images: readonly Image[],
  filter: Partial<LibraryFilter> = {},
  nextCursor: string | null = null,
) {
  const view = { ...NO_FILTER, ...filter };
  const page = { items: [...images], nextCursor };
  return reduceLibrary(emptyLibrary(view), [{ type: 'replaced', filter: view, page }]);
}

const numbers = ({ ids }: LibraryState) => ids.map((id) => Number.parseInt(id.slice(-12), 16));
const live = (state: LibraryState, ...images: Image[]) =>
  reduceLibrary(
    state,
    images.map((image) => ({ type: 'image' as const, image })),
  );

describe('the library state', () => {
  it('appends pages and contains each picture once', () => {
    const first = library([createImage(9), createImage(8)], {}, 'more');
    const page = { items: [createImage(8), createImage(7)], nextCursor: null };
    const state = reduceLibrary(first, [{ type: 'appended', page }]);
    expect(numbers(state)).toEqual([9, 8, 7]);
    expect(state).toMatchObject({ nextCursor: null, loaded: true });
  });

  it('inserts a new picture by its time', () => {
    expect(numbers(live(library([createImage(3), createImage(1)]), createImage(2), createImage(4)))).toEqual([
      4, 3, 2, 1,
    ]);
  });

  it('refreshes the newest pictures and keeps the older ones', () => {
    const before = library(
      [9, 8, 7, 6, 5].map((number) => createImage(number)),
      {},
      'after 5',
    );
    const page = {
      items: [createImage(10), createImage(9, { title: 'New' }), createImage(7)],
      nextCursor: 'after 7',
    };
    const state = reduceLibrary(before, [{ type: 'refreshed', page }]);
    expect(numbers(state)).toEqual([10, 9, 7, 6, 5]);
    expect(state.nextCursor).toBe('after 5');
    expect(state.images.get(idOf(9))?.title).toBe('New');
    expect(state.images.has(idOf(8))).toBe(false);
  });

  it('drops everything that a complete refresh does not contain', () => {
    const before = library([createImage(3), createImage(2), createImage(1)]);
    const state = reduceLibrary(before, [
      { type: 'refreshed', page: { items: [createImage(3)], nextCursor: null } },
    ]);
    expect(numbers(state)).toEqual([3]);
    expect(state.images.size).toBe(1);
  });

  it('ignores a picture that a later page will contain', () => {
    const state = library([createImage(9), createImage(8)], {}, 'more');
    expect(numbers(live(state, createImage(1), createImage(10)))).toEqual([10, 9, 8]);
  });

  it('ignores events before the first page', () => {
    expect(numbers(live(emptyLibrary(NO_FILTER), createImage(1)))).toEqual([]);
  });

  it('updates a picture', () => {
    const state = live(library([createImage(1, { status: 'queued' })]), createImage(1, { title: 'New' }));
    expect(state.images.get(idOf(1))).toMatchObject({ status: 'ready', title: 'New' });
  });

  it('removes a deleted picture, also when the event repeats', () => {
    const events = [{ type: 'deleted' as const, id: idOf(1) }];
    const state = reduceLibrary(library([createImage(2), createImage(1)]), events);
    expect(numbers(reduceLibrary(state, events))).toEqual([2]);
    expect(state.images.has(idOf(1))).toBe(false);
  });

  it('leaves the previous state unchanged', () => {
    const before = library([createImage(1)]);
    live(before, createImage(2));
    expect(numbers(before)).toEqual([1]);
  });
});

describe('a filtered library state', () => {
  it('hides a picture whose status no longer matches, and still knows it', () => {
    const failed = createImage(1, { status: 'failed' });
    const state = live(library([failed], { status: 'failed' }), { ...failed, status: 'queued' });
    expect(numbers(state)).toEqual([]);
    expect(state.images.get(failed.id)?.status).toBe('queued');
  });

  it('adds a picture that gets the tag', () => {
    const state = library([], { tag: 'sea' });
    expect(numbers(live(state, createImage(1), createImage(2, { tags: ['sea'] })))).toEqual([2]);
  });

  it.each([
    ['crem', { title: 'Crème brûlée' }],
    ['BRU crème', { title: 'Crème brûlée' }],
    ['holiday', { tags: ['holiday'] }],
    ['img 22', { filename: 'IMG_2201.HEIC' }],
  ])('adds a picture that matches the search %j', (q, image) => {
    expect(numbers(live(library([], { q }), createImage(1, image)))).toEqual([1]);
  });

  it('ignores a picture that does not match the search', () => {
    expect(numbers(live(library([], { q: 'sea rain' }), createImage(1, { title: 'By the sea' })))).toEqual(
      [],
    );
  });

  it('keeps a picture that only the database matches', () => {
    const found = createImage(1, { title: 'Straße' });
    expect(numbers(live(library([found], { q: 'strasse' }), { ...found, caption: 'x' }))).toEqual([1]);
  });
});
