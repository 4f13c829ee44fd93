import type { Context } from './context.js';
import type { LoadBalancer } from './resources/load-balancer/load-balancer.js';

/** The address of the stack. If the stack has a certificate, point the certificate's name to this address. */
export function addressOf(
  balancer: LoadBalancer | undefined,
  { settings }: Pick<Context, 'settings'>,
): string | undefined {
  if (balancer === undefined) return undefined;
  return `${settings.certificate === undefined ? 'http' : 'https'}://${balancer.dnsName}`;
}
