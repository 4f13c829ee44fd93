import type { Image } from '@darkroom/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImagesApi } from '../api/images-api.js';
import { createImage, idOf } from '../testing/create-image.js';
import { NO_FILTER } from './filter.js';
import { Library } from './library.js';

const ID = idOf(1);

describe('an answer that comes late', () => {
  let answer: PromiseWithResolvers<Image>;
  let library: Library;
  const known = () => library.state.value.images.get(ID);
  const told = (image: Image) => library.apply({ type: 'image', image });

  beforeEach(async () => {
    vi.stubGlobal('document', { hidden: false });
    // No frame is drawn: what the stream tells waits.
    vi.stubGlobal('requestAnimationFrame', () => 0);
    answer = Promise.withResolvers();
    const page = async () => ({ items: [createImage(1, { status: 'failed' })], nextCursor: null });
    library = new Library({ page, get: () => answer.promise } as unknown as ImagesApi, NO_FILTER);
    await library.show(NO_FILTER);
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is shown at once when nothing else has been told', async () => {
    const applied = library.applyAnswer(ID, () => answer.promise);
    answer.resolve(createImage(1, { status: 'queued' }));
    await applied;
    expect(known()?.status).toBe('queued');
  });

  it.each(['a change', 'a look'])('does not take back what the stream has told since: %s', async (kind) => {
    const applied = kind === 'a look' ? library.refresh(ID) : library.applyAnswer(ID, () => answer.promise);
    told(createImage(1, { status: 'ready' }));
    answer.resolve(createImage(1, { status: 'processing' }));
    expect((await applied)?.status).toBe('ready');
    expect(known()?.status).toBe('ready');
  });

  it('does not bring a deleted picture back', async () => {
    const applied = library.refresh(ID);
    library.apply({ type: 'deleted', id: ID });
    answer.resolve(createImage(1, { status: 'ready' }));
    await applied;
    expect(known()).toBeUndefined();
    expect(library.state.value.ids).toEqual([]);
  });
});
