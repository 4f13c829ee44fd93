import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  ModifyListenerCommand,
  type Action,
  type Listener as AwsListener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../../context.js';
import { differing } from '../../engine/differing.js';
import type { Kind } from '../../engine/kind.js';
import { defineBlueprint } from '../../engine/profile.js';
import { defineResource, getSeen, type Resource } from '../../engine/resource.js';
import { nameOf, tagList } from '../../stack.js';
import { assertLoadBalancingOurs, loadBalancingTagDifferences } from './load-balancer-tags.js';
import type { LoadBalancer } from './load-balancer.js';
import type { TargetGroup } from './target-group.js';

export interface Listener {
  id: string;
  /** What it does with a request, as text. */
  action: string;
  certificate: string | undefined;
  tlsPolicy: string | undefined;
  tags: Record<string, string>;
}

export interface ListenerNeeds {
  loadBalancer: Resource<LoadBalancer>;
  targetGroup: Resource<TargetGroup>;
}

/** TLS 1.2 and 1.3, only with forward secrecy, as AWS recommends. */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

/** AWS deletes listeners with their load balancer, so no search is needed. */
const KIND: Kind = {
  name: 'listener',
  making: [
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:CreateListener',
    'elasticloadbalancing:DeleteListener',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeTags',
  ],
  repairing: ['elasticloadbalancing:ModifyListener'],
};

const REDIRECT: Action = {
  Type: 'redirect',
  RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
};

/** Listens on port 80. Forwards to the host, or redirects to HTTPS when the stack has a certificate. */
export const httpListener = defineBlueprint(
  KIND,
  (context: Context, needs: ListenerNeeds): Resource<Listener> => {
    const redirects = context.settings.certificate !== undefined;
    return listener(context, needs, {
      key: 'http',
      port: 80,
      protocol: 'HTTP',
      action: () => (redirects ? REDIRECT : forward(needs.targetGroup)),
    });
  },
);

/** Listens on port 443, only with a certificate. */
export const httpsListener = defineBlueprint(
  KIND,
  (context: Context, needs: ListenerNeeds): Resource<Listener> => {
    return listener(context, needs, {
      key: 'https',
      port: 443,
      protocol: 'HTTPS',
      certificate: context.settings.certificate,
      action: () => forward(needs.targetGroup),
    });
  },
);

interface ListenerOptions {
  key: string;
  port: number;
  protocol: 'HTTP' | 'HTTPS';
  certificate?: string | undefined;
  action(): Action;
}

function forward(targets: Resource<TargetGroup>): Action {
  return { Type: 'forward', TargetGroupArn: targets.seen?.id ?? `(new ${targets.name})` };
}

function formatAction({ Type, TargetGroupArn, RedirectConfig }: Action): string {
  if (Type === 'forward') return `forward to ${TargetGroupArn}`;
  return Type === 'redirect' ? `redirect to ${RedirectConfig?.Protocol}` : `${Type}`;
}

function listener(context: Context, needs: ListenerNeeds, options: ListenerOptions): Resource<Listener> {
  const { elasticloadbalancing } = context.aws;
  const { key, protocol, certificate } = options;
  const settings = () => ({
    Protocol: protocol,
    DefaultActions: [options.action()],
    ...(certificate !== undefined && {
      Certificates: [{ CertificateArn: certificate }],
      SslPolicy: TLS_POLICY,
    }),
  });
  return defineResource<Listener>({
    key,
    kind: `${protocol} ${KIND.name}`,
    name: nameOf(context.stack, key),
    wanted: protocol === 'HTTP' || certificate !== undefined,
    needs: [needs.loadBalancer, needs.targetGroup],
    find: () => findListener(context, needs.loadBalancer, options),
    create: () =>
      elasticloadbalancing.send(
        new CreateListenerCommand({
          LoadBalancerArn: getSeen(needs.loadBalancer).id,
          Port: options.port,
          ...settings(),
          Tags: tagList(context.stack, key),
        }),
      ),
    differences: (found) => {
      const modify = () =>
        elasticloadbalancing.send(new ModifyListenerCommand({ ListenerArn: found.id, ...settings() }));
      return [
        ...loadBalancingTagDifferences(context, key, found),
        ...differing('action', found.action, formatAction(options.action()), modify),
        ...differing('certificate', found.certificate, certificate, modify),
        ...differing('TLS policy', found.tlsPolicy, certificate && TLS_POLICY, modify),
      ];
    },
    destroy: ({ id }) => elasticloadbalancing.send(new DeleteListenerCommand({ ListenerArn: id })),
    describe: ({ action }) => `port ${options.port}: ${action}`,
  });
}

async function findListener(
  context: Context,
  balancer: Resource<LoadBalancer>,
  { key, port, protocol }: ListenerOptions,
): Promise<Listener | undefined> {
  // Listeners have no names: they are found on their load balancer, and deleted with it.
  const there = balancer.seen ?? (await balancer.find());
  if (there === undefined) return undefined;
  const { Listeners = [] } = await context.aws.elasticloadbalancing.send(
    new DescribeListenersCommand({ LoadBalancerArn: there.id }),
  );
  const found = Listeners.find(({ Port }) => Port === port);
  if (found === undefined) return undefined;
  const tags = await assertLoadBalancingOurs(context, key, found.ListenerArn ?? '');
  return { ...parseListener(found, protocol), tags };
}

function parseListener(found: AwsListener, protocol: string): Omit<Listener, 'tags'> {
  const https = protocol === 'HTTPS';
  return {
    id: found.ListenerArn ?? '',
    action: (found.DefaultActions ?? []).map(formatAction).join(', then '),
    certificate: https ? found.Certificates?.[0]?.CertificateArn : undefined,
    tlsPolicy: https ? found.SslPolicy : undefined,
  };
}
