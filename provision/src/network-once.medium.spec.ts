import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { services } from '@darkroom/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useEmulator } from '../test/use-emulator.js';
import { main } from './main.js';

const ROOT = join(import.meta.dirname, '../..');

describe.skipIf(!services().moto)('the network of a region', () => {
  const emulator = useEmulator();
  afterEach(() => vi.unstubAllEnvs());

  /** @returns how often a command looks it up */
  async function lookups(...args: string[]): Promise<number> {
    const environment = emulator().environment();
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const { signal } = new AbortController();
    await main({ input, output, errors, environment, root: ROOT, arguments: args, signal });
    expect(emulator().calls.of('sts:GetCallerIdentity')).toHaveLength(1);
    return emulator().calls.of('ec2:DescribeVpcs').length;
  }

  it.each([
    [1, ['provision', '--plan']],
    [0, ['status']],
    [0, ['teardown', '--yes']],
  ])('is looked up %i times by %s', async (times, args) => {
    expect(await lookups(...args)).toBe(times);
  });
});
