import { expect, it } from 'vitest';
import { type Circumstances, findViolation, type Shown } from './picture-model.js';

const at = (status: Exclude<Shown, 'gone'>['status'], run = 1, variants = 0): Shown => ({
  status,
  run,
  variants,
});

const QUIET: Circumstances = { request: 'none', isExpired: false, isOriginalLost: false };

it.each<[Shown, Shown]>([
  [at('queued'), at('processing')],
  [at('processing'), at('queued')],
  [at('processing'), at('ready', 1, 4)],
  [at('ready', 1, 4), at('ready', 1, 8)],
  ['gone', 'gone'],
])('%j may become %j without a request', (before, after) => {
  expect(findViolation(before, after, QUIET)).toBeUndefined();
});

it('a request, an expiry or a lost original allows further changes', () => {
  expect(findViolation(at('failed'), at('queued', 2), { ...QUIET, request: 'retry' })).toBeUndefined();
  expect(findViolation(at('ready'), 'gone', { ...QUIET, request: 'delete' })).toBeUndefined();
  expect(findViolation(at('ready'), 'gone', { ...QUIET, isExpired: true })).toBeUndefined();
  expect(findViolation(at('ready'), at('failed'), { ...QUIET, isOriginalLost: true })).toBeUndefined();
});

it.each<[Shown, Shown, RegExp]>([
  [at('ready', 1, 8), at('ready', 1, 4), /4 variants/],
  [at('ready'), at('failed'), /ready to failed/],
  [at('ready'), at('queued'), /ready to queued/],
  [at('failed'), at('queued'), /failed to queued/],
  [at('failed'), at('queued', 2), /run went from 1 to 2/],
  [at('ready'), 'gone', /it is gone/],
  ['gone', at('ready'), /it is back/],
])('%j may not become %j', (before, after, message) => {
  expect(findViolation(before, after, QUIET)).toMatch(message);
});
