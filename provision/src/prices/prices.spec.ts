import { describe, expect, it } from 'vitest';
import { money, monthly, total } from './prices.js';

describe('prices', () => {
  it('counts hours by the month and gigabytes by the piece', () => {
    expect(monthly([{ item: 'alb' }, { item: 'public-ipv4', quantity: 2 }])).toEqual({
      amount: 0.0225 * 730 + 2 * 0.005 * 730,
      certain: true,
    });
    expect(money(monthly([{ item: 'ebs-gp3', quantity: 20 }]))).toBe('~$1.60');
  });

  it('says that it does not know a price', () => {
    expect(money(monthly([{ item: 'u-24tb1.112xlarge' }]))).toBe('unknown');
    expect(total([[{ item: 'u-24tb1.112xlarge' }], [{ item: 'alb' }]])).toEqual({
      amount: 0.0225 * 730,
      certain: false,
    });
  });

  it('shows nothing for what is free', () => {
    expect(money(monthly([]))).toBe('');
  });
});
