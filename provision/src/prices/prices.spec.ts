import { describe, expect, it } from 'vitest';
import type { Price } from '../engine/resource.js';
import { money, monthly, total } from './prices.js';
import table from './prices.json' with { type: 'json' };

const BALANCER: Price = { price: 0.0225, per: 'hour', source: 'a test', certain: true };

describe('prices', () => {
  it('counts 730 hours a month, and multiplies by the quantity', () => {
    expect(monthly([{ item: BALANCER }, { item: 'public-ipv4', quantity: 2 }])).toEqual({
      amount: 0.0225 * 730 + 2 * 0.005 * 730,
      certain: true,
    });
    expect(money(monthly([{ item: 'ebs-gp3', quantity: 20 }]))).toBe('~$1.60');
  });

  it('marks a sum with an unknown price as uncertain', () => {
    expect(money(monthly([{ item: 'u-24tb1.112xlarge' }]))).toBe('unknown');
    expect(total([[{ item: 'u-24tb1.112xlarge' }], [{ item: BALANCER }]])).toEqual({
      amount: 0.0225 * 730,
      certain: false,
    });
  });

  it('are per hour or per month in the table', () => {
    expect(Object.values(table.items).filter(({ per }) => !['hour', 'month'].includes(per))).toEqual([]);
  });

  it('shows nothing for what is free', () => {
    expect(money(monthly([]))).toBe('');
  });
});
