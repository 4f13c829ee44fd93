import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { text } from '../text/en.js';
import { formatDay } from '../text/format.js';
import { GridCell } from './grid-cell.js';
import { useGridKeys } from './grid-keys.js';
import type { GalleryModel } from './gallery-model.js';
import type { GridRow, HeadingRow, PictureRow } from './justified-rows.js';
import { findAnchor } from './visible-rows.js';

/** The pictures in rows. Only the rows near the viewport are in the DOM. */
export function GalleryGrid({ model }: { model: GalleryModel }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const { library, selection } = useServices();
  useViewport(model, element);
  const onKeyDown = useGridKeys(model, element);
  const { height, rows } = model.layout.value;
  const complete = library.state.value.nextCursor === null;
  // Computed once for all rows, for their aria-rowindex.
  const places = new Map(rows.map((row, at) => [row, at + 1]));
  return (
    <div
      ref={element}
      class={`grid ${selection.value.ids.size > 0 ? 'has-selection' : ''}`}
      role="grid"
      aria-label={text.gallery.title}
      aria-multiselectable="true"
      aria-rowcount={complete ? rows.length : -1}
      style={{ height: `${height}px` }}
      onKeyDown={onKeyDown}
      onFocusIn={(event) => {
        model.focused.value = true;
        const key = (event.target as HTMLElement).dataset['key'];
        if (key !== undefined) model.active.value = key;
      }}
      onFocusOut={(event) =>
        (model.focused.value = element.current?.contains(event.relatedTarget as Node) ?? false)
      }
    >
      {model.rows.value.map((row) => (
        <Row key={keyOf(row, model)} row={row} place={places.get(row) ?? 1} model={model} />
      ))}
    </div>
  );
}

/** A row's key is its first card, so that rows that only move are not rendered again. */
function keyOf(row: GridRow, model: GalleryModel): string {
  return row.kind === 'heading' ? `day-${row.section}` : `row-${model.keys.value[row.boxes[0]?.index ?? 0]}`;
}

function Row({ row, place, model }: { row: GridRow; place: number; model: GalleryModel }): JSX.Element {
  return row.kind === 'heading' ? (
    <Heading row={row} place={place} />
  ) : (
    <Pictures row={row} place={place} model={model} />
  );
}

function Heading({ row, place }: { row: HeadingRow; place: number }): JSX.Element {
  const [year = 0, month = 1, day = 1] = row.section.split('-').map(Number);
  return (
    <div class="grid-row grid-heading" role="row" aria-rowindex={place} style={styleOf(row)}>
      <div role="gridcell">
        <h2>{formatDay(new Date(year, month - 1, day), new Date())}</h2>
      </div>
    </div>
  );
}

function Pictures({
  row,
  place,
  model,
}: {
  row: PictureRow;
  place: number;
  model: GalleryModel;
}): JSX.Element {
  return (
    <div class="grid-row" role="row" aria-rowindex={place} style={styleOf(row)}>
      {row.boxes.map((box) => {
        const entry = model.entries.value[box.index];
        return entry && <GridCell key={entry.key} entry={entry} box={box} model={model} />;
      })}
    </div>
  );
}

function styleOf({ top, height }: GridRow) {
  // Moved with transform: that is not a layout shift, and needs no layout.
  return { transform: `translateY(${top}px)`, height: `${height}px` };
}

/** Reports the viewport and the grid's width to the model, and keeps the visible pictures in place. */
function useViewport(model: GalleryModel, element: { current: HTMLDivElement | null }): void {
  useLayoutEffect(() => {
    const grid = element.current;
    if (grid === null) return undefined;
    const look = () => model.setView(scrollY - model.offset, scrollY - model.offset + innerHeight);
    const measure = () => {
      model.offset = grid.getBoundingClientRect().top + scrollY;
      model.setWidth(grid.clientWidth);
      look();
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      removeEventListener('scroll', look);
      removeEventListener('resize', measure);
    };
  }, [model]);
  useAnchor(model);
}

/** Keeps the visible pictures in place when others are inserted above the viewport. */
function useAnchor(model: GalleryModel): void {
  const layout = model.layout.value;
  const before = useRef({ layout, keys: model.keys.peek() });
  useLayoutEffect(() => {
    const old = before.current;
    before.current = { layout, keys: model.keys.peek() };
    const from = scrollY - model.offset;
    const anchor = from > 0 && old.layout !== layout ? findAnchor(old.layout, old.keys, from) : null;
    const top = anchor === null ? null : model.topOf(anchor.key);
    if (anchor !== null && top !== null && top !== anchor.top) scrollBy(0, top - anchor.top);
  }, [layout]);
}
