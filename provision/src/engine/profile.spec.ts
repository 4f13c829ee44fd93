import { describe, expect, it } from 'vitest';
import type { Context } from '../context.js';
import type { Kind } from './kind.js';
import { defineBlueprint, defineProfile, listResources } from './profile.js';
import { defineResource, type Resource } from './resource.js';

/** Not read when resources are defined. */
const CONTEXT = {} as Context;

function resource<Found>(key: string, needs: readonly Resource[] = []): Resource<Found> {
  return defineResource<Found>({
    key,
    kind: 'thing',
    name: key,
    needs,
    find: () => Promise.resolve(undefined),
    create: () => Promise.resolve(),
    differences: () => [],
    destroy: () => Promise.resolve(),
    describe: () => key,
  });
}

interface Disk {
  gib: number;
}
const DISK: Kind = { name: 'disk' };
const OTHER: Kind = { name: 'other' };
const disk = defineBlueprint(DISK, () => resource<Disk>('disk'));
const machine = defineBlueprint(OTHER, (_: Context, needs: { disk: Resource<Disk> }) =>
  resource<string>('machine', [needs.disk]),
);
const alarms = defineBlueprint(OTHER, () => [resource<boolean>('busy'), resource<boolean>('full')]);

describe('a profile', () => {
  it('keeps the order of its lines, even when an entry needs a later one', () => {
    const resources = defineProfile('small', { machine, alarms, disk }).resources(CONTEXT);
    expect(listResources(resources).map(({ key }) => key)).toEqual(['machine', 'busy', 'full', 'disk']);
    expect(resources.machine.needs).toEqual([resources.disk]);
  });

  it('lists each kind of its resources once, without a context', () => {
    expect(defineProfile('small', { machine, alarms, disk }).kinds).toEqual([OTHER, DISK]);
  });

  it('keeps the type of each resource', () => {
    const { disk: one } = defineProfile('small', { disk }).resources(CONTEXT);
    one.seen = { gib: 8 };
    expect(one.seen.gib).toBe(8);
  });

  it('does not compile without an entry that another one needs', () => {
    // @ts-expect-error -- the disk is missing
    const profile = defineProfile('small', { machine });
    expect(() => profile.resources(CONTEXT)).not.toThrow();
  });

  it('refuses an entry that needs itself, by name', () => {
    const left = defineBlueprint(OTHER, (_: Context, needs: { right: Resource }) =>
      resource<string>('left', [needs.right]),
    );
    const right = defineBlueprint(OTHER, (_: Context, needs: { left: Resource }) =>
      resource<string>('right', [needs.left]),
    );
    const profile = defineProfile('round', { left, right });
    expect(() => profile.resources(CONTEXT)).toThrow('left needs itself');
  });
});
