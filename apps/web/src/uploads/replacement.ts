import { EXPIRES_IN_MIN, type Image } from '@darkroom/contracts';

/** The failed picture that an upload replaces. */
export interface Replacement {
  readonly id: string;
  /** Form fields sent with the file. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The new version keeps title, caption, tags and expiry of the failed picture. */
export function createReplacement(image: Image, now: Date): Replacement {
  const { id, title, caption, tags, expiresAt } = image;
  const left = expiresAt === null ? null : Math.round((Date.parse(expiresAt) - now.getTime()) / 1000);
  return {
    id,
    fields: {
      ...(title !== null && { title }),
      ...(caption !== null && { caption }),
      ...(tags.length > 0 && { tags: tags.join(',') }),
      ...(left !== null && { expiresIn: String(Math.max(EXPIRES_IN_MIN, left)) }),
    },
  };
}
