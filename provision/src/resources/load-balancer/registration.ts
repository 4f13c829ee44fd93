import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { orAbsent } from '../../aws/aws-errors.js';
import type { Context } from '../../context.js';
import type { Kind } from '../../engine/kind.js';
import { defineBlueprint } from '../../engine/profile.js';
import { defineResource, getSeen, type Resource } from '../../engine/resource.js';
import { nameOf } from '../../stack.js';
import type { Host } from '../host/host-state.js';
import type { TargetGroup } from './target-group.js';

export interface Registration {
  /** States in AWS's words: `initial`, `healthy`, `unhealthy`, `draining`, `unused` … */
  targets: { id: string; state: string }[];
}

const KIND: Kind = {
  name: 'target registration',
  making: ['elasticloadbalancing:DescribeTargetHealth', 'elasticloadbalancing:RegisterTargets'],
  repairing: ['elasticloadbalancing:DeregisterTargets'],
};

/** Registers the host in its target group. A registration has no tags: it is part of both objects. */
export const registration = defineBlueprint(
  KIND,
  (
    { aws: { elasticloadbalancing }, stack }: Context,
    needs: { targetGroup: Resource<TargetGroup>; host: Resource<Host> },
  ): Resource<Registration> => {
    const deregister = (ids: readonly string[]) =>
      elasticloadbalancing.send(
        new DeregisterTargetsCommand({
          TargetGroupArn: getSeen(needs.targetGroup).id,
          Targets: ids.map((Id) => ({ Id })),
        }),
      );
    const register = () =>
      elasticloadbalancing.send(
        new RegisterTargetsCommand({
          TargetGroupArn: getSeen(needs.targetGroup).id,
          Targets: [{ Id: getSeen(needs.host).id }],
        }),
      );
    return defineResource<Registration>({
      key: 'registration',
      kind: KIND.name,
      name: nameOf(stack, 'registration'),
      needs: [needs.targetGroup, needs.host],
      find: async () => {
        const group = needs.targetGroup.seen ?? (await needs.targetGroup.find());
        if (group === undefined) return undefined;
        const answer = await orAbsent(
          elasticloadbalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn: group.id })),
        );
        const targets = (answer?.TargetHealthDescriptions ?? [])
          .map(({ Target, TargetHealth }) => ({
            id: Target?.Id ?? '',
            state: TargetHealth?.State ?? 'initial',
          }))
          .filter(({ state }) => state !== 'draining');
        return targets.length === 0 ? undefined : { targets };
      },
      create: register,
      differences: ({ targets }) => {
        const wanted = needs.host.seen?.id ?? '(new host)';
        const others = targets.map(({ id }) => id).filter((id) => id !== wanted);
        const missing = others.length === targets.length;
        return [
          ...(missing ? [{ field: 'target', from: '(none)', to: wanted, apply: register }] : []),
          ...others.map((id) => ({
            field: 'target',
            from: id,
            to: '(none)',
            apply: () => deregister([id]),
          })),
        ];
      },
      isPart: true,
      destroy: ({ targets }) => deregister(targets.map(({ id }) => id)),
      describe: ({ targets }) => targets.map(({ id, state }) => `${id} ${state}`).join(', '),
    });
  },
);
