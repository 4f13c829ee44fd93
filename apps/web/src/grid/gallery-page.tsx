import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { Notice } from '../components/notice.js';
import { isFiltering, NO_FILTER } from '../library/filter.js';
import { SelectionBar } from '../library/selection-bar.js';
import { text } from '../text/en.js';
import { EmptyGallery } from './empty-gallery.js';
import { FilterBar } from './filter-bar.js';
import { GalleryGrid } from './gallery-grid.js';
import { focusCard } from './grid-keys.js';
import { GalleryModel } from './gallery-model.js';
import { Skeleton } from './skeleton.js';

/** All pictures, or those that match the search and the filters. */
export function GalleryPage(): JSX.Element {
  const services = useServices();
  const model = useMemo(() => new GalleryModel(services), [services]);
  const { library } = services;
  // Computed from signals, so that it updates when they change.
  const wantsMore =
    model.nearEnd.value && library.state.value.nextCursor !== null && library.phase.value === 'idle';
  useEffect(() => {
    if (wantsMore) void library.loadMore();
  }, [wantsMore, library]);
  useAnnouncedResult();
  useReturnFocus(model);
  useScrollPosition();
  return (
    <main id="main" class="main" tabIndex={-1} aria-busy={library.phase.value === 'loading'}>
      <h1 class="visually-hidden">{text.gallery.title}</h1>
      <FilterBar model={model} />
      <Content model={model} />
      <SelectionBar model={model} />
    </main>
  );
}

function Content({ model }: { model: GalleryModel }): JSX.Element {
  const { library, router } = useServices();
  const { loaded, filter } = library.state.value;
  const phase = library.phase.value;
  const count = model.entries.value.length;
  if (!loaded) return phase === 'failed' ? <Failed /> : <Skeleton />;
  if (count === 0 && phase !== 'loading') {
    return isFiltering(filter) ? (
      <Notice icon="search" title={text.gallery.nothingTitle} lead={text.gallery.nothingLead}>
        <button type="button" class="button" onClick={() => router.setFilter(NO_FILTER)}>
          {text.gallery.clearFilters}
        </button>
      </Notice>
    ) : (
      <EmptyGallery />
    );
  }
  return (
    <div class="grid-area">
      <GalleryGrid model={model} />
      {/* Moved with transform like the rows, so that rows added above it are not a layout shift. */}
      <div class="grid-end" style={{ transform: `translateY(${model.layout.value.height}px)` }}>
        {phase === 'failed' ? <Failed /> : <End shown={count} />}
      </div>
    </div>
  );
}

function End({ shown }: { shown: number }): JSX.Element {
  const { library } = useServices();
  const complete = library.state.value.nextCursor === null;
  return complete ? <p>{text.gallery.end(shown)}</p> : <p class="busy">{text.gallery.more}</p>;
}

function Failed(): JSX.Element {
  const { library } = useServices();
  const fault = library.fault.value;
  const lead = fault === null ? '' : text.app.fault(fault.code, fault.message);
  return (
    <Notice icon="warning" title={text.gallery.failedTitle} lead={lead} alert>
      <button type="button" class="button is-primary" onClick={() => void library.retry()}>
        {text.app.tryAgain}
      </button>
    </Notice>
  );
}

/** After a picture is closed, scrolls to its card and focuses it. */
function useReturnFocus(model: GalleryModel): void {
  const { router } = useServices();
  const route = router.route.value;
  const viewed = route.page === 'picture' ? route.id : null;
  const before = useRef<string | null>(viewed);
  useLayoutEffect(() => {
    const id = before.current;
    before.current = viewed;
    if (viewed === null && id !== null) focusCard(model, document.querySelector('[role=grid]'), id);
  }, [viewed, model]);
}

/** Restores the scroll position when the gallery opens again. */
function useScrollPosition(): void {
  const { router } = useServices();
  useLayoutEffect(() => {
    const place = router.galleryScroll;
    // The grid has its full height only once its width is measured.
    requestAnimationFrame(() => scrollTo(0, place));
    return () => {
      router.galleryScroll = scrollY;
    };
  }, [router]);
}

/** Announces the number of results of a search. */
function useAnnouncedResult(): void {
  const { library, announcer } = useServices();
  const { filter, ids } = library.state.value;
  useEffect(() => {
    if (isFiltering(filter)) announcer.say(text.announce.found(ids.length));
  }, [filter]);
}
