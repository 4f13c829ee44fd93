import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Services } from '../app/services.js';
import { isOpen, type Upload } from '../uploads/upload-queue.js';
import { type Entry, listEntries } from './entries.js';
import { type GridLayout, type GridRow, layoutRows } from './justified-rows.js';
import { rowOfTile, topOfTile, visibleRows } from './visible-rows.js';

/** Pixels above and below the viewport in which cards are rendered. */
const AHEAD = 700;
/** Pixels from the end at which the next page is loaded: about two screens. */
const LOAD_AHEAD = 2_500;
/** Widths below this many pixels get the phone layout. */
const PHONE = 640;

interface View {
  /** Pixels from the top of the grid. */
  readonly from: number;
  readonly to: number;
}

/** The cards of the grid, their layout, and which of them are near the viewport. */
export class GalleryModel {
  readonly #width = signal(0);
  readonly #view = signal<View>({ from: 0, to: 0 });
  /** Pixels from the top of the page to the grid. Not read at every scroll, because that is slow. */
  offset = 0;
  /** Key of the card that the keyboard is on. */
  readonly active = signal<string | null>(null);
  /** Whether the grid has the focus. While it does, the active card stays in the DOM. */
  readonly focused = signal(false);
  /** Key of the one card that Tab stops at: the last active card, at first the first one. */
  readonly tabStop: ReadonlySignal<string | undefined>;
  readonly entries: ReadonlySignal<readonly Entry[]>;
  readonly keys: ReadonlySignal<readonly string[]>;
  readonly layout: ReadonlySignal<GridLayout>;
  readonly rows: ReadonlySignal<readonly GridRow[]>;
  /** Whether the end of the loaded pictures is near. */
  readonly nearEnd: ReadonlySignal<boolean>;

  constructor({ library, uploader, deletes }: Services) {
    let before: readonly Upload[] = [];
    // Upload progress moves no card: without this, each progress event would lay out 10,000 cards.
    const open = computed(() => {
      const now = uploader.queue.uploads.value.filter(isOpen);
      if (!isSameQueue(before, now)) before = now;
      return before;
    });
    this.entries = computed(() =>
      listEntries({
        library: library.state.value,
        open: open.value,
        hidden: deletes.hidden.value,
        aspects: uploader.aspects,
        arrivedAt: (id) => library.arrivedAt(id),
        now: new Date(),
      }),
    );
    this.keys = computed(() => this.entries.value.map(({ key }) => key));
    this.tabStop = computed(() => {
      const active = this.active.value;
      return active !== null && this.keys.value.includes(active) ? active : this.keys.value[0];
    });
    this.layout = computed(() => layoutRows(this.entries.value, geometryOf(this.#width.value)));
    this.rows = computed(() => this.#rowsInView());
    this.nearEnd = computed(() => this.layout.value.height - this.#view.value.to < LOAD_AHEAD);
  }

  get width(): ReadonlySignal<number> {
    return this.#width;
  }

  setWidth(width: number): void {
    this.#width.value = width;
  }

  /** Sets the viewport, in pixels from the top of the grid. */
  setView(from: number, to: number): void {
    // In steps, so that not every pixel of scrolling renders again.
    const step = AHEAD / 2;
    const view = { from: Math.floor(from / step) * step - AHEAD, to: Math.ceil(to / step) * step + AHEAD };
    const { from: before, to: after } = this.#view.value;
    if (view.from !== before || view.to !== after) this.#view.value = view;
  }

  topOf(key: string): number | null {
    const index = this.keys.peek().indexOf(key);
    return index === -1 ? null : topOfTile(this.layout.peek(), index);
  }

  #rowsInView(): readonly GridRow[] {
    const { rows } = this.layout.value;
    const { from, to } = this.#view.value;
    const { first, end } = visibleRows(rows, from, to);
    const inView = rows.slice(first, end);
    const active =
      this.focused.value && this.active.value !== null ? this.keys.value.indexOf(this.active.value) : -1;
    const row = active === -1 ? undefined : rowOfTile(this.layout.value, active);
    return row === undefined || inView.includes(row) ? inView : [...inView, row];
  }
}

function isSameQueue(one: readonly Upload[], other: readonly Upload[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ id, startedAt }, at) => other[at]?.id === id && other[at].startedAt === startedAt)
  );
}

function geometryOf(width: number) {
  return width < PHONE
    ? { width, target: 132, gap: 4, heading: 48 }
    : { width, target: width < 1100 ? 190 : 230, gap: 8, heading: 60 };
}
