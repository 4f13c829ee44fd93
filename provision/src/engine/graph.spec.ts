import { describe, expect, it } from 'vitest';
import { PARALLEL, inOrder } from './graph.js';
import { defineResource, type Resource } from './resource.js';

function resource(key: string, needs: readonly Resource[] = []): Resource {
  const nothing = () => Promise.resolve(undefined);
  return defineResource<unknown>({
    key,
    kind: 'thing',
    name: key,
    needs,
    find: nothing,
    create: nothing,
    differences: () => [],
    destroy: nothing,
    describe: () => key,
  });
}

/** `top` needs `left` and `right`, which both need `bottom`. */
function diamond() {
  const bottom = resource('bottom');
  const left = resource('left', [bottom]);
  const right = resource('right', [bottom]);
  return [resource('top', [left, right]), right, left, bottom] as const;
}

/** Records the order in which work begins and ends. */
function recorder(failing?: string) {
  const events: string[] = [];
  const work = async ({ key }: Resource) => {
    events.push(`+${key}`);
    await Promise.resolve();
    if (key === failing) throw new Error(`${key} failed`);
    events.push(`-${key}`);
  };
  return { events, work };
}

describe('inOrder', () => {
  it('begins a resource when everything that it needs is done', async () => {
    const { events, work } = recorder();
    await inOrder(diamond(), work);
    expect(events.indexOf('+left')).toBeGreaterThan(events.indexOf('-bottom'));
    expect(events.indexOf('+top')).toBeGreaterThan(events.indexOf('-left'));
    expect(events.indexOf('+top')).toBeGreaterThan(events.indexOf('-right'));
  });

  it('reverses the order for deletion', async () => {
    const { events, work } = recorder();
    await inOrder(diamond(), work, { reverse: true });
    expect(events[0]).toBe('+top');
    expect(events.at(-1)).toBe('-bottom');
  });

  it('skips what depends on a failed resource, and finishes the rest', async () => {
    const { work } = recorder('left');
    const outcomes = await inOrder(diamond(), work);
    expect(Object.fromEntries(outcomes.map((outcome) => [outcome.resource.key, outcome.state]))).toEqual({
      top: 'skipped',
      right: 'done',
      left: 'failed',
      bottom: 'done',
    });
  });

  it('limits the number of resources in progress', async () => {
    let running = 0;
    let most = 0;
    await inOrder(
      Array.from({ length: 40 }, (_, at) => resource(`r${at}`)),
      async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
      },
    );
    expect(most).toBe(PARALLEL);
  });

  it('begins nothing more once it is stopped, and finishes what it began', async () => {
    const { events, work } = recorder();
    const ended: string[] = [];
    const outcomes = await inOrder(diamond(), work, {
      stopped: () => events.length > 0,
      ended: ({ key }, fine) => ended.push(`${key} ${fine}`),
    });
    expect(events).toEqual(['+bottom', '-bottom']);
    expect(ended).toEqual(['bottom true']);
    expect(outcomes.filter(({ state }) => state === 'skipped')).toHaveLength(3);
  });

  it('refuses a cycle instead of waiting forever', async () => {
    const needs: Resource[] = [];
    const one = resource('one', needs);
    needs.push(resource('other', [one]));
    await expect(inOrder([one, ...needs], () => Promise.resolve())).rejects.toThrow('in a cycle');
  });
});
