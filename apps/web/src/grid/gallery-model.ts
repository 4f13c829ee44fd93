import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Services } from '../app/services.js';
import { isOpen, type Upload } from '../uploads/upload-queue.js';
import { type Entry, listEntries } from './entries.js';
import { type GridLayout, type GridRow, layoutRows } from './justified-rows.js';
import { rowOfTile, topOfTile, visibleRows } from './visible-rows.js';

/** Pixels above and below the window in which cards are kept ready. */
const AHEAD = 700;
/** Pixels from the end at which the next page is asked for: a screen or two of scrolling. */
const LOAD_AHEAD = 2_500;
/** Pixels: below this the width is a phone's. */
const PHONE = 640;

interface View {
  /** Pixels of the window, from the top of the grid. */
  readonly from: number;
  readonly to: number;
}

/** What the grid shows: cards, where they stand, and which of them are near the window. */
export class GalleryModel {
  readonly #width = signal(0);
  readonly #view = signal<View>({ from: 0, to: 0 });
  /** Pixels from the top of the page to the grid: measured when it changes, for reading it at every scroll is slow. */
  offset = 0;
  /** The card that the keyboard is on. */
  readonly active = signal<string | null>(null);
  /** Whether the grid has the focus: the active card must not vanish under it then. */
  readonly focused = signal(false);
  /** The one card on the way of the Tab key: where the arrows were last, the first at the beginning. */
  readonly tabStop: ReadonlySignal<string | undefined>;
  readonly entries: ReadonlySignal<readonly Entry[]>;
  readonly keys: ReadonlySignal<readonly string[]>;
  readonly layout: ReadonlySignal<GridLayout>;
  readonly rows: ReadonlySignal<readonly GridRow[]>;
  /** Whether the end of what is loaded comes near. */
  readonly nearEnd: ReadonlySignal<boolean>;

  constructor({ library, uploader, deletes }: Services) {
    let before: readonly Upload[] = [];
    // Bytes that leave change no card's place: ten thousand are not to be laid out at each of them.
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

  /** Tells where the window is, in pixels from the top of the grid. */
  look(from: number, to: number): void {
    // In steps, so that not every pixel of scrolling draws anew.
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
