import { useServices } from '../app/services.js';
import { selectAll, NOTHING_SELECTED, selectRange, toggle } from '../library/selection.js';
import { imageIds } from './grid-cell.js';
import type { GalleryModel } from './gallery-model.js';
import { rowOfTile, findNeighbour } from './visible-rows.js';

/** Pixels between a focused card and the edge of the viewport, which the header covers. */
const MARGIN = 96;

/** The keys of the grid: arrows, Home, End, Space, Ctrl+A, Delete, Escape. Enter opens a card, because it is a link. */
export function useGridKeys(model: GalleryModel, grid: { current: HTMLElement | null }) {
  const { selection, actions } = useServices();
  /** Deletes and moves the focus to the next card that stays. */
  const deleteFrom = (key: string) => {
    const { ids } = selection.value;
    const gone = ids.size > 0 ? ids : new Set([key]);
    const keys = model.keys.peek();
    const index = keys.indexOf(key);
    const next = [...keys.slice(index), ...keys.slice(0, index).toReversed()].find((one) => !gone.has(one));
    const known = new Set(imageIds(model));
    actions.delete([...gone].filter((one) => known.has(one)));
    if (next !== undefined) focusCard(model, grid.current, next);
  };
  return (event: KeyboardEvent) => {
    const key = (event.target as HTMLElement).dataset['key'];
    if (key === undefined || event.altKey) return;
    const next = targetOf(event, model, model.keys.peek().indexOf(key), grid.current);
    if (next !== null) {
      const nextKey = model.keys.peek()[next] ?? key;
      if (event.shiftKey) {
        const from = selection.value.anchor === null ? toggle(selection.value, key) : selection.value;
        selection.value = selectRange(from, nextKey, imageIds(model));
      }
      focusCard(model, grid.current, nextKey);
    } else if (event.key === ' ') selection.value = toggle(selection.value, key);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey))
      selection.value = selectAll(imageIds(model));
    else if (event.key === 'Delete') deleteFrom(key);
    else if (event.key === 'Escape' && selection.value.ids.size > 0) selection.value = NOTHING_SELECTED;
    else return;
    event.preventDefault();
  };
}

/** The index that a key moves to; null for other keys. */
function targetOf(
  event: KeyboardEvent,
  model: GalleryModel,
  index: number,
  grid: HTMLElement | null,
): number | null {
  const last = model.keys.peek().length - 1;
  const layout = model.layout.peek();
  const forward = grid !== null && getComputedStyle(grid).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      return Math.min(last, Math.max(0, index + (event.key === forward ? 1 : -1)));
    case 'ArrowDown':
      return findNeighbour(layout, index, 1);
    case 'ArrowUp':
      return findNeighbour(layout, index, -1);
    case 'Home':
    case 'End': {
      const atStart = event.key === 'Home';
      if (event.ctrlKey) return atStart ? 0 : last;
      const row = rowOfTile(layout, index);
      return row?.kind === 'pictures' ? (row.boxes.at(atStart ? 0 : -1)?.index ?? index) : index;
    }
    default:
      return null;
  }
}

/** Scrolls to a card and focuses it once it is in the DOM. */
export function focusCard(model: GalleryModel, grid: HTMLElement | null, key: string): void {
  model.active.value = key;
  scrollToCard(model, grid, key);
  const focus = () => {
    if (model.active.value !== key) return;
    grid?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  };
  focus();
  // The next render may replace its row, or add it.
  requestAnimationFrame(focus);
}

/** Scrolls as little as possible to show the whole card. */
function scrollToCard(model: GalleryModel, grid: HTMLElement | null, key: string): void {
  const index = model.keys.peek().indexOf(key);
  const row = index === -1 ? undefined : rowOfTile(model.layout.peek(), index);
  if (grid === null || row === undefined) return;
  const top = grid.getBoundingClientRect().top + row.top;
  const bottom = top + row.height;
  if (top < MARGIN) scrollBy(0, top - MARGIN);
  else if (bottom > innerHeight - MARGIN / 2) scrollBy(0, bottom - innerHeight + MARGIN / 2);
}
