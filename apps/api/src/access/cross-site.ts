import type { FastifyRequest } from 'fastify';
import { isLoopback } from '@darkroom/config';

/**
 * Tells whether the request's `Host` is one that open mode answers: a loopback name, or that of a listed origin. Any
 * other reached this machine through a name that a stranger's DNS gave it (DNS rebinding).
 */
export function isKnownHost(request: FastifyRequest, origins: readonly string[]): boolean {
  const host = request.headers.host;
  // Names, addresses and a port: nothing that a URL would take for its other parts.
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
 * Tells whether a browser sent the request from a page of another site. `Origin` comes with every request that a page
 * can make a server act on, `Sec-Fetch-Site` with all requests of current browsers; other clients send neither. A listed origin is no other site.
 */
export function isCrossSite(request: FastifyRequest, origins: readonly string[]): boolean {
  const { origin } = request.headers;
  if (origin !== undefined && origins.includes(origin)) return false;
  if (request.headers['sec-fetch-site'] === 'cross-site') return true;
  if (origin === undefined) return false;
  const from = URL.parse(origin);
  return from === null || from.host !== (request.headers.host ?? '').toLowerCase();
}
