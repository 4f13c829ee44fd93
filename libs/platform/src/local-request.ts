import type { IncomingMessage } from 'node:http';
import { isLoopback } from '@darkroom/config';

/** What {@link isLocalRequest} reads of a request. */
export type RequestOrigin = Pick<IncomingMessage, 'headers'> & {
  readonly socket: Pick<IncomingMessage['socket'], 'localAddress' | 'remoteAddress'>;
};

/**
 * Whether a program of this machine sent the request to a loopback address, itself and under a loopback name. A proxy on
 * this machine passes on the requests of others (it adds a forwarding header), and a page of another site may use a name
 * that its own DNS points to this machine (DNS rebinding).
 */
export function isLocalRequest({ headers, socket }: RequestOrigin): boolean {
  const isForwarded = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => name in headers);
  const host = URL.parse(`http://${headers.host ?? ''}`)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  return (
    !isForwarded &&
    isLoopback(host) &&
    isLoopback(withoutMapping(socket.localAddress)) &&
    isLoopback(withoutMapping(socket.remoteAddress))
  );
}

/** The token of an `Authorization: Bearer …` header; empty without one. */
export function bearerToken(authorization: string | undefined): string {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
}

/** An IPv4 address arrives as `::ffff:127.0.0.1` on a socket that listens on IPv6 (RFC 4291 section 2.5.5.2). */
function withoutMapping(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/i, '');
}
