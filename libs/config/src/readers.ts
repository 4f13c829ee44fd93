import { isIP } from 'node:net';
import { firstFormat, VariantFormat, variantFormats } from '@darkroom/contracts';
import { z } from 'zod';
import { Secret } from './secret.js';

// Readers turn the text of a variable into its value. They have no messages: `Setting.accepts` says what is valid.

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max);
}

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A number of bytes, plain or with the suffix `KiB`, `MiB` or `GiB`; bounds in bytes, both included. */
export function byteSize(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}(?:[KMG]iB)?$/)
    .transform((text) => Number.parseInt(text, 10) * (UNIT_BYTES[text.replace(/^\d+/, '')] ?? Number.NaN))
    .refine((value) => value >= min && value <= max);
}

/** A secret of visible ASCII characters without spaces, so that it fits into an HTTP header unescaped. */
export function secretText(min: number, max: number) {
  return z
    .string()
    .min(min)
    .max(max)
    .regex(/^[\x21-\x7e]+$/)
    .transform((text) => new Secret(text));
}

/** A URL with one of the given schemes (without the colon). */
export function urlText(...schemes: string[]) {
  return z
    .string()
    .refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)));
}

// Letters, digits and hyphens per label (RFC 1123 section 2.1). Compose also allows underscores in names.
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*$/;
const LOOKS_LIKE_IPV4 = /^[\d.]+$/;

/** An IP address (IPv6 without brackets) or a host name to listen on. */
export const listenHost = z
  .string()
  .refine((text) => isIP(text) !== 0 || (HOST_NAME.test(text) && !LOOKS_LIKE_IPV4.test(text)));

/** Whether only this machine can reach an address: 127.0.0.0/8, `::1` or `localhost`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** A comma-separated list. Spaces around entries are allowed, empty entries are not. */
function commaList(isEntry: (entry: string) => boolean) {
  return z
    .string()
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .refine((entries) => entries.every(isEntry));
}

function isOrigin(entry: string): boolean {
  if (!/^https?:\/\//i.test(entry) || !URL.canParse(entry)) return false;
  const url = new URL(entry);
  return url.href === `${url.origin}/` && !/[?#]/.test(entry);
}

/** Web origins (scheme, host, port), in the form that browsers send. */
export const originList = commaList(isOrigin).transform((entries) =>
  entries.map((entry) => new URL(entry).origin),
);

function isProxy(entry: string): boolean {
  if (entry === 'loopback') return true;
  const [address = '', prefix, ...more] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/** IP addresses, CIDR ranges and the word `loopback`. */
export const proxyList = commaList(isProxy);

/** Formats of variants, without duplicates, in the order of the contracts. The first format is mandatory. */
export const formatList = commaList((entry) => VariantFormat.safeParse(entry).success)
  .refine((entries) => entries.includes(firstFormat))
  .transform((entries) => variantFormats.filter((format) => entries.includes(format)));

/** A path without NUL, at which the operating system would cut it. */
export const path = z.string().regex(/^[^\0]+$/);

/** A URL path that begins and ends with a slash and needs no escapes. */
export const locationPath = z.string().regex(/^\/(?:[A-Za-z0-9_.-]+\/)+$/);
