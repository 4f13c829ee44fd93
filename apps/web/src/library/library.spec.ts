import type { Image } from '@darkroom/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImagesApi } from '../api/images-api.js';
import { createImage, idOf } from '../testing/create-image.js';
import { NO_FILTER } from './filter.js';
import { Library } from './library.js';

const ID = idOf(1);

describe('a late answer', () => {
  let answer: PromiseWithResolvers<Image>;
  let library: Library;
  const known = () => library.state.value.images.get(ID);
  const announce = (image: Image) => library.apply({ type: 'image', image });

  beforeEach(async () => {
    vi.stubGlobal('document', { hidden: false });
    // No frame is drawn, so live events stay in the batch.
    vi.stubGlobal('requestAnimationFrame', () => 0);
    answer = Promise.withResolvers();
    const page = async () => ({ items: [createImage(1, { status: 'failed' })], nextCursor: null });
    library = new Library({ page, get: () => answer.promise } as unknown as ImagesApi, NO_FILTER);
    await library.show(NO_FILTER);
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is shown at once when no event has arrived since', async () => {
    const applied = library.applyAnswer(ID, () => answer.promise);
    answer.resolve(createImage(1, { status: 'queued' }));
    await applied;
    expect(known()?.status).toBe('queued');
  });

  it.each(['a change', 'a refresh'])('of %s does not overwrite a newer event', async (kind) => {
    const applied =
      kind === 'a refresh' ? library.refresh(ID) : library.applyAnswer(ID, () => answer.promise);
    announce(createImage(1, { status: 'ready' }));
    answer.resolve(createImage(1, { status: 'processing' }));
    expect((await applied)?.status).toBe('ready');
    expect(known()?.status).toBe('ready');
  });

  it('does not restore a deleted picture', async () => {
    const applied = library.refresh(ID);
    library.apply({ type: 'deleted', id: ID });
    answer.resolve(createImage(1, { status: 'ready' }));
    await applied;
    expect(known()).toBeUndefined();
    expect(library.state.value.ids).toEqual([]);
  });
});
