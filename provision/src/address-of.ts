import type { Context } from './context.js';
import type { LoadBalancer } from './resources/load-balancer.js';

/** Where the stack is reached; with a certificate, its own name has to lead to this one. */
export function addressOf(
  balancer: LoadBalancer | undefined,
  { settings }: Pick<Context, 'settings'>,
): string | undefined {
  if (balancer === undefined) return undefined;
  return `${settings.certificate === undefined ? 'http' : 'https'}://${balancer.dnsName}`;
}
