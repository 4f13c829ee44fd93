import type { Image } from '@darkroom/contracts';

/** The name that a person knows a picture by. */
export function nameOf({ title, filename }: Pick<Image, 'title' | 'filename'>): string {
  return title ?? filename;
}
