import { describe, expect, it } from 'vitest';
import { keepExisting, NOTHING_SELECTED, selectAll, selectRange, toggle } from './selection.js';

const order = ['a', 'b', 'c', 'd', 'e'];
const selected = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].toSorted();

describe('the selection', () => {
  it('selects and deselects', () => {
    const one = toggle(NOTHING_SELECTED, 'b');
    expect(selected(one)).toEqual(['b']);
    expect(selected(toggle(one, 'b'))).toEqual([]);
  });

  it('adds the range from the anchor, in both directions', () => {
    const from = toggle(toggle(NOTHING_SELECTED, 'a'), 'd');
    expect(selected(selectRange(from, 'e', order))).toEqual(['a', 'd', 'e']);
    expect(selected(selectRange(selectRange(from, 'e', order), 'c', order))).toEqual(['a', 'c', 'd', 'e']);
  });

  it('selects one picture and makes it the anchor when no anchor exists', () => {
    expect(selectRange(NOTHING_SELECTED, 'c', order)).toEqual({ ids: new Set(['c']), anchor: 'c' });
  });

  it('selects all', () => {
    expect(selected(selectAll(order))).toEqual(order);
  });

  it('drops pictures that no longer exist', () => {
    const all = selectAll(order);
    expect(selected(keepExisting(all, (id) => id !== 'a'))).toEqual(['b', 'c', 'd', 'e']);
    expect(keepExisting(all, (id) => id !== 'a').anchor).toBeNull();
    expect(keepExisting(all, () => true)).toBe(all);
  });
});
