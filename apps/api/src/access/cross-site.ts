import type { FastifyRequest } from 'fastify';
import { isLoopback } from '@darkroom/config';

/**
 * Whether open mode answers under the request's `Host`: a loopback name, or the host of a listed origin. Any other name
 * may come from an attacker's DNS (DNS rebinding).
 */
export function isKnownHost(request: FastifyRequest, origins: readonly string[]): boolean {
  const host = request.headers.host;
  // A name or an address with a port: no character that starts another part of a URL.
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return false;
  const url = URL.parse(`http://${host}`);
  if (url === null) return false;
  return (
    isLoopbackName(url.hostname) || origins.some((origin) => URL.parse(origin)?.host === host.toLowerCase())
  );
}

function isLoopbackName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name);
}

/**
 * Whether a browser sent the request from a page of another site. Browsers send `Origin` with every request that can
 * change something, and current browsers send `Sec-Fetch-Site` with every request; other clients send neither. A listed
 * origin does not count as another site.
 */
export function isCrossSite(request: FastifyRequest, origins: readonly string[]): boolean {
  const { origin } = request.headers;
  if (origin !== undefined && origins.includes(origin)) return false;
  if (request.headers['sec-fetch-site'] === 'cross-site') return true;
  if (origin === undefined) return false;
  const from = URL.parse(origin);
  return from === null || from.host !== (request.headers.host ?? '').toLowerCase();
}
