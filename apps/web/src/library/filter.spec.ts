import { describe, expect, it } from 'vitest';
import { filterParameters, isFiltering, isSameFilter, NO_FILTER, parseFilter } from './filter.js';

describe('the filter in the address', () => {
  it.each(['', 'q=sea', 'status=failed', 'q=sea+rain&status=ready&tag=summer+2026'])(
    'comes back from %j',
    (query) => {
      expect(filterParameters(parseFilter(new URLSearchParams(query))).toString()).toBe(query);
    },
  );

  it('leaves out a status that there is not', () => {
    expect(parseFilter(new URLSearchParams('status=lost&tag='))).toEqual(NO_FILTER);
  });

  it.each(['', '  ', '...', '—'])('is none while the search is only %j', (q) => {
    expect(isFiltering({ ...NO_FILTER, q })).toBe(false);
  });

  it('is the same with spaces around the words', () => {
    expect(isSameFilter({ ...NO_FILTER, q: 'sea ' }, { ...NO_FILTER, q: 'sea' })).toBe(true);
    expect(isSameFilter({ ...NO_FILTER, q: 'sea' }, NO_FILTER)).toBe(false);
  });
});
