import { describe, expect, it } from 'vitest';
import { filterParameters, isFiltering, isSameFilter, NO_FILTER, parseFilter } from './filter.js';

describe('the filter', () => {
  it.each(['', 'q=sea', 'status=failed', 'q=sea+rain&status=ready&tag=summer+2026'])(
    'survives a round trip through the query %j',
    (query) => {
      expect(filterParameters(parseFilter(new URLSearchParams(query))).toString()).toBe(query);
    },
  );

  it('ignores an unknown status', () => {
    expect(parseFilter(new URLSearchParams('status=lost&tag='))).toEqual(NO_FILTER);
  });

  it.each(['', '  ', '...', '—'])('is not active while the search is only %j', (q) => {
    expect(isFiltering({ ...NO_FILTER, q })).toBe(false);
  });

  it('ignores spaces around the search', () => {
    expect(isSameFilter({ ...NO_FILTER, q: 'sea ' }, { ...NO_FILTER, q: 'sea' })).toBe(true);
    expect(isSameFilter({ ...NO_FILTER, q: 'sea' }, NO_FILTER)).toBe(false);
  });
});
