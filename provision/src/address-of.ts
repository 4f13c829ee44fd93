import type { Context } from './context.js';
import type { LoadBalancer } from './resources/load-balancer/load-balancer.js';

/** The address of the stack. With a certificate, the certificate's name must point to it. */
export function addressOf(
  balancer: LoadBalancer | undefined,
  { settings }: Pick<Context, 'settings'>,
): string | undefined {
  if (balancer === undefined) return undefined;
  return `${settings.certificate === undefined ? 'http' : 'https'}://${balancer.dnsName}`;
}
