import { jobNames } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { HandlerRegistry } from './handler-registry.js';
import type { AnyJobHandler } from './job-handler.js';

const handler = (name: string) => ({ name, handle: () => Promise.resolve() }) as AnyJobHandler;
const all = jobNames.map(handler);

describe('HandlerRegistry', () => {
  it('gives each job its handler', () => {
    const registry = new HandlerRegistry(all);
    for (const name of jobNames) expect(registry.get(name).name).toBe(name);
  });

  it.each(jobNames)('refuses to start without a handler for %s', (name) => {
    const rest = all.filter((other) => other.name !== name);
    expect(() => new HandlerRegistry(rest)).toThrow(`the job ${name} has no handler`);
  });

  it.each(jobNames)('refuses to start with two handlers for %s', (name) => {
    expect(() => new HandlerRegistry([...all, handler(name)])).toThrow(
      `the job ${name} has more than one handler`,
    );
  });

  it('refuses a handler for a job that does not exist', () => {
    expect(() => new HandlerRegistry([...all, handler('paint')])).toThrow('there is no job paint');
  });
});
