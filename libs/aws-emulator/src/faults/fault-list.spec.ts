import { describe, expect, it } from 'vitest';
import type { Call } from '../wire/call.js';
import { FaultList, type FaultRule } from './fault-list.js';
import { throttled } from './kinds.js';

function call(index: number, name = 'ec2:RunInstances'): Call {
  const [service = '', operation = ''] = name.split(':');
  return {
    index,
    service,
    operation,
    name,
    actions: [name, 'iam:PassRole'],
    resource: '*',
    write: true,
    protocol: 'ec2',
    region: 'eu-central-1',
    account: '111122223333',
    principal: 'operator',
    params: {},
    request: { method: 'POST', url: '/', headers: {}, body: Buffer.alloc(0) },
  };
}

/** The numbers of the calls that a fault hits, out of `count` calls. */
function hits(rule: Omit<FaultRule, 'give'>, count: number): number[] {
  const faults = new FaultList();
  faults.add({ ...rule, give: throttled() });
  return Array.from({ length: count }, (_, at) => at + 1).filter(
    (index) => faults.hit(call(index)) !== undefined,
  );
}

describe('faults', () => {
  it('hit matching calls, from the nth on, a number of times', () => {
    expect(hits({}, 3)).toEqual([1, 2, 3]);
    expect(hits({ from: 2, times: 1 }, 4)).toEqual([2]);
    expect(hits({ on: 'ec2:*' }, 1)).toEqual([1]);
    expect(hits({ on: ['iam:*', 's3:PutObject'] }, 3)).toEqual([]);
    expect(hits({ on: ({ index }) => index % 2 === 0 }, 5)).toEqual([2, 4]);
  });

  it('hit a share of the calls, the same ones for the same seed', () => {
    const some = hits({ share: { of: 0.3, seed: 1 } }, 1000);
    expect(some.length).toBeGreaterThan(250);
    expect(some.length).toBeLessThan(350);
    expect(hits({ share: { of: 0.3, seed: 1 } }, 1000)).toEqual(some);
    expect(hits({ share: { of: 0.3, seed: 2 } }, 1000)).not.toEqual(some);
  });

  it('can be removed', () => {
    const faults = new FaultList();
    const remove = faults.add({ give: throttled() });
    remove();
    expect(faults.hit(call(1))).toBeUndefined();
  });

  it('deny an action that a call needs in addition to its own', () => {
    const faults = new FaultList();
    faults.deny('iam:PassRole');
    expect(faults.hit(call(1))).toMatchObject({ when: 'before', damage: { code: 'UnauthorizedOperation' } });
  });

  it('interrupt a run: one call after its effect, all later ones before', () => {
    const faults = new FaultList();
    faults.breakOff(2, 'after');
    expect([1, 2, 3].map((index) => faults.hit(call(index))?.when)).toEqual([undefined, 'after', 'before']);
  });

  it('interrupt a run at a write', () => {
    const faults = new FaultList();
    faults.breakOffAtWrite(2, 'before');
    const write = (index: number, yes: boolean) => faults.hit({ ...call(index), write: yes })?.when;
    expect([write(1, true), write(2, false), write(3, true), write(4, false)]).toEqual([
      undefined,
      undefined,
      'before',
      'before',
    ]);
  });
});
