import { describe, expect, it } from 'vitest';
import { bearerToken, isLocalRequest, type RequestOrigin } from './local-request.js';

function from(
  addresses: [local: string, remote: string],
  headers: RequestOrigin['headers'] = {},
): RequestOrigin {
  const [localAddress, remoteAddress] = addresses;
  return { headers: { host: 'localhost:8080', ...headers }, socket: { localAddress, remoteAddress } };
}
const LOCAL: [string, string] = ['127.0.0.1', '127.0.0.1'];

describe('isLocalRequest', () => {
  it.each([
    ['IPv4', from(LOCAL, { host: '127.0.0.1:9090' })],
    ['IPv6', from(['::1', '::1'], { host: '[::1]:8080' })],
    ['IPv4 on a socket of IPv6', from(['::ffff:127.0.0.1', '::ffff:127.0.0.1'])],
    ['another loopback address', from(['127.0.0.2', '127.0.0.1'])],
    ['a name without a port', from(LOCAL, { host: 'localhost' })],
  ])('accepts a request of this machine: %s', (_, request) => {
    expect(isLocalRequest(request)).toBe(true);
  });

  it.each([
    ['another container', from(['172.18.0.3', '172.18.0.5'])],
    ['this machine to its own address in the network', from(['192.0.2.1', '192.0.2.1'])],
    ['a proxy on this machine', from(LOCAL, { 'x-forwarded-for': '203.0.113.9' })],
    ['a proxy that sends the standard header', from(LOCAL, { forwarded: 'for=203.0.113.9' })],
    ['a name whose DNS points here', from(LOCAL, { host: 'evil.example:8080' })],
    ['no name', from(LOCAL, { host: undefined })],
    ['a host that is not one', from(LOCAL, { host: 'localhost:x' })],
  ])('refuses a request of %s', (_, request) => {
    expect(isLocalRequest(request)).toBe(false);
  });
});

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc ', 'abc'],
    ['Basic abc', ''],
    ['Bearer', ''],
    [undefined, ''],
  ])('reads %j as %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});
