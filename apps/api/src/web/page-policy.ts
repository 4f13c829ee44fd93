import { randomUUID } from 'node:crypto';
import { originalKey } from '@darkroom/contracts';
import type { ObjectStorage } from '@darkroom/storage';

/**
 * What the page may load: its own files, and pictures from where links lead. No inline script, no inline style.
 *
 * @param imageOrigin - origin of links that lead elsewhere; null when they are of this one
 */
export function pagePolicy(imageOrigin: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${imageOrigin === null ? '' : ` ${imageOrigin}`}`,
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The origin that links of this storage lead to, read off such a link; null when they are relative. */
export async function imageOriginOf(storage: ObjectStorage): Promise<string | null> {
  const issuedAt = new Date();
  const expiresAt = new Date(issuedAt.getTime() + 60_000);
  const link = await storage.link(originalKey(randomUUID(), 'image/jpeg'), { issuedAt, expiresAt });
  return URL.canParse(link) ? new URL(link).origin : null;
}
