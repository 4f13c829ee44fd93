import { createHmac, timingSafeEqual } from 'node:crypto';
import { linkExpired, linkNotValid } from '../errors.js';
import type { LinkGrant, LinkOptions, LinkRequest } from '../object-storage.js';
import { isKey } from '../storage-key.js';

interface Terms extends LinkGrant {
  key: string;
  /** Unix time in seconds. */
  expires: number;
}

/** Signs and verifies the links of a folder: `/media/{key}?expires=…&disposition=…&filename=…&signature=…`. */
export class MediaLinks {
  readonly #secret: string;
  readonly #basePath: string;

  /** @param secret - anyone who knows it can open every object; at least 32 random bytes as text */
  constructor(secret: string, basePath: string) {
    if (secret === '') throw new Error('Signing links needs a secret');
    this.#secret = secret;
    this.#basePath = basePath.replace(/\/+$/, '');
  }

  sign(key: string, options: Omit<LinkOptions, 'issuedAt' | 'contentType'>): string {
    return this.#canonical({
      key,
      // Rounded down: never past the requested time.
      expires: Math.floor(options.expiresAt.getTime() / 1000),
      disposition: options.disposition ?? 'inline',
      ...(options.filename !== undefined && { filename: options.filename.toWellFormed() }),
    });
  }

  /** @throws DarkroomError `forbidden` when anything in the link was changed, or it has expired */
  verify(request: LinkRequest, now: Date): LinkGrant {
    const { signature, ...query } = request.query;
    const terms = termsOf(request.key, query);
    if (terms === null || typeof signature !== 'string') throw linkNotValid();
    if (!equalInConstantTime(signature, this.#signature(terms))) throw linkNotValid();
    if (request.url !== undefined && request.url !== this.#canonical(terms)) throw linkNotValid();
    if (now.getTime() >= terms.expires * 1000) throw linkExpired();
    const { disposition, filename } = terms;
    return { disposition, ...(filename !== undefined && { filename }) };
  }

  #canonical(terms: Terms): string {
    const path = terms.key.split('/').map(encodeURIComponent).join('/');
    const query = Object.entries(queryOf(terms)).map(([name, value]) => `${name}=${encodeValue(value)}`);
    return `${this.#basePath}/${path}?${query.join('&')}&signature=${this.#signature(terms)}`;
  }

  #signature({ key, expires, disposition, filename }: Terms): string {
    // JSON separates the values; the first value separates this signature from any other made with the secret.
    const signed = JSON.stringify(['darkroom-media-1', key, expires, disposition, filename ?? null]);
    return createHmac('sha256', this.#secret).update(signed).digest('base64url');
  }
}

// Browsers escape the apostrophe in a query (https://url.spec.whatwg.org/#special-query-percent-encode-set), and the link
// must come back exactly as it was written.
function encodeValue(value: string): string {
  return encodeURIComponent(value).replaceAll("'", '%27');
}

// Defaults are omitted, so that there is only one way to write a link.
function queryOf({ expires, disposition, filename }: Terms): Record<string, string> {
  return {
    expires: String(expires),
    ...(disposition !== 'inline' && { disposition }),
    ...(filename !== undefined && { filename }),
  };
}

/** The terms of a query; null when those terms would not be written as exactly this query. */
function termsOf(key: string, query: Readonly<Record<string, unknown>>): Terms | null {
  const { filename } = query;
  const expires = Number(query.expires);
  if (!isKey(key) || !Number.isSafeInteger(expires)) return null;
  if (filename !== undefined && typeof filename !== 'string') return null;
  const disposition = query.disposition === 'attachment' ? 'attachment' : 'inline';
  const terms: Terms = { key, expires, disposition, ...(filename !== undefined && { filename }) };
  const expected: Record<string, unknown> = queryOf(terms);
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const isSame =
    given.length === Object.keys(expected).length && given.every(([name, value]) => expected[name] === value);
  return isSame ? terms : null;
}

function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
