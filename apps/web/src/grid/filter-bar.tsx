import type { ImageStatus } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { isFiltering } from '../library/filter.js';
import { text } from '../text/en.js';
import type { GalleryModel } from './gallery-model.js';

const STATUSES: readonly (ImageStatus | null)[] = [
  null,
  'ready',
  'processing',
  'queued',
  'failed',
  'quarantined',
];

/** Filters by status and tag, with the number of results. */
export function FilterBar({ model }: { model: GalleryModel }): JSX.Element | null {
  const { library, router } = useServices();
  const filter = router.filter.value;
  const { loaded, nextCursor, filter: shown } = library.state.value;
  const count = model.entries.value.length;
  // An empty gallery has nothing to filter.
  if (loaded && count === 0 && !isFiltering(filter) && !isFiltering(shown)) return null;
  return (
    <div class="filters" role="group" aria-label={text.filter.group}>
      <div class="chips">
        {STATUSES.map((status) => (
          <button
            key={status ?? 'all'}
            type="button"
            class="chip"
            aria-pressed={filter.status === status}
            onClick={() => router.setFilter({ ...filter, status })}
          >
            {status === null ? text.filter.all : text.status[status]}
          </button>
        ))}
        <TagFilter />
      </div>
      {loaded && isFiltering(shown) && (
        <p class="filters-count">{text.gallery.found(count, nextCursor === null)}</p>
      )}
    </div>
  );
}

function TagFilter(): JSX.Element | null {
  const { router, tags: known } = useServices();
  const filter = router.filter.value;
  const tags = known.all.value;
  if (filter.tag !== null) {
    return (
      <button
        type="button"
        class="chip is-on"
        aria-label={text.filter.removeTag(filter.tag)}
        onClick={() => router.setFilter({ ...filter, tag: null })}
      >
        <Icon name="tag" size={14} />
        {filter.tag}
        <Icon name="close" size={14} />
      </button>
    );
  }
  if (tags.length === 0) return null;
  return (
    <span class="chip-select">
      <Icon name="tag" size={14} />
      <select
        aria-label={text.filter.tags}
        value=""
        onChange={(event) => router.setFilter({ ...filter, tag: event.currentTarget.value })}
      >
        <option value="">{text.filter.anyTag}</option>
        {tags.map((tag) => (
          <option key={tag} value={tag}>
            {tag}
          </option>
        ))}
      </select>
    </span>
  );
}
