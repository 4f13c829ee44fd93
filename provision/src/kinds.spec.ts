import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KINDS } from './kinds.js';

const RESOURCES = join(import.meta.dirname, 'resources');

/** Kinds that earlier versions created. None may leave this list, because their stacks may still exist. */
const EVER_CREATED = [
  'EBS volume',
  'EC2 instance',
  'ElastiCache',
  'IAM role',
  'S3 bucket',
  'alarm',
  'cache parameter group',
  'cache subnet group',
  'dashboard',
  'instance profile',
  'load balancer',
  'log group',
  'network interface',
  'parameter',
  'secret',
  'security group',
  'target group',
];

/** Every kind that a resource file exports, alone or with a blueprint. */
async function exportedKinds(): Promise<unknown[]> {
  const names = readdirSync(RESOURCES, { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  const modules = (await Promise.all(sources.map((name) => import(join(RESOURCES, name))))) as object[];
  return modules.flatMap((module) =>
    Object.values(module).flatMap((one: unknown) => {
      if (typeof one === 'function' && 'kind' in one) return [one.kind];
      return typeof one === 'object' && one !== null && 'making' in one ? [one] : [];
    }),
  );
}

describe('the kinds of objects', () => {
  it('include those of every resource file, even if no profile uses it', async () => {
    const exported = await exportedKinds();
    expect(exported.length).toBeGreaterThan(20);
    expect(new Set(KINDS)).toEqual(new Set(exported));
  });

  it('have distinct names', () => {
    const names = KINDS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('include a search for every kind that earlier versions created', () => {
    const searched = KINDS.filter(({ search }) => search !== undefined).map(({ name }) => name);
    expect(searched).toEqual(expect.arrayContaining(EVER_CREATED));
  });
});
