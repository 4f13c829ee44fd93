import { describe, expect, it } from 'vitest';
import { keepExisting, NOTHING_SELECTED, selectAll, selectRange, toggle } from './selection.js';

const order = ['a', 'b', 'c', 'd', 'e'];
const picked = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].toSorted();

describe('the selection', () => {
  it('picks and lets go', () => {
    const one = toggle(NOTHING_SELECTED, 'b');
    expect(picked(one)).toEqual(['b']);
    expect(picked(toggle(one, 'b'))).toEqual([]);
  });

  it('reaches from the one picked last, in both directions, on top of the rest', () => {
    const from = toggle(toggle(NOTHING_SELECTED, 'a'), 'd');
    expect(picked(selectRange(from, 'e', order))).toEqual(['a', 'd', 'e']);
    expect(picked(selectRange(selectRange(from, 'e', order), 'c', order))).toEqual(['a', 'c', 'd', 'e']);
  });

  it('begins with the picture where there is nothing to reach from', () => {
    expect(selectRange(NOTHING_SELECTED, 'c', order)).toEqual({ ids: new Set(['c']), anchor: 'c' });
  });

  it('takes all', () => {
    expect(picked(selectAll(order))).toEqual(order);
  });

  it('lets go of what is no longer there', () => {
    const all = selectAll(order);
    expect(picked(keepExisting(all, (id) => id !== 'a'))).toEqual(['b', 'c', 'd', 'e']);
    expect(keepExisting(all, (id) => id !== 'a').anchor).toBeNull();
    expect(keepExisting(all, () => true)).toBe(all);
  });
});
