import { z } from 'zod';

/** A stored encoding of a picture, by its IANA subtype. */
export const variantFormats = ['jpeg', 'webp', 'avif'] as const;
export const VariantFormat = z.enum(variantFormats).meta({ id: 'VariantFormat' });
export type VariantFormat = z.infer<typeof VariantFormat>;

/** One size of a recipe: the name and the long side in pixels. A picture is never enlarged. */
export interface RecipeSize {
  name: string;
  longSide: number;
}

export interface Recipe {
  name: string;
  /** Part of every variant's storage key. Raise it whenever the same original would give different bytes. */
  version: number;
  sizes: readonly RecipeSize[];
}

/** The recipe of every upload. */
export const defaultRecipe: Recipe = {
  name: 'default',
  version: 1,
  sizes: [
    { name: 'thumbnail', longSide: 150 },
    { name: 'small', longSide: 320 },
    { name: 'medium', longSide: 800 },
    { name: 'large', longSide: 1600 },
  ],
};

/** File name extension of a variant format. */
export const variantExtension: Record<VariantFormat, string> = { jpeg: 'jpg', webp: 'webp', avif: 'avif' };

/** Content types that Darkroom takes in, with the extension that the stored original gets. */
export const originalExtension = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'image/tiff': 'tiff',
  'image/heic': 'heic',
} as const;

export type OriginalContentType = keyof typeof originalExtension;
export const originalContentTypes = Object.keys(originalExtension) as OriginalContentType[];

/** Storage key of an original, as uploaded. */
export function originalKey(imageId: string, contentType: OriginalContentType): string {
  return `${originalPrefix(imageId)}original.${originalExtension[contentType]}`;
}

/** Storage key of a variant; equal parameters always give the same key. */
export function variantKey(
  imageId: string,
  name: string,
  recipeVersion: number,
  format: VariantFormat,
): string {
  return `${variantPrefix(imageId)}${name}-${recipeVersion}.${variantExtension[format]}`;
}

/** Prefix of every object of an image's original. */
export function originalPrefix(imageId: string): string {
  return `uploads/${imageId}/`;
}

/** Prefix of every variant of an image. */
export function variantPrefix(imageId: string): string {
  return `variants/${imageId}/`;
}

/** The format without which an image is not ready. */
export const firstFormat = 'jpeg' satisfies VariantFormat;

/** Formats that images get unless a setting says otherwise. All but the first follow in jobs of their own. */
export const defaultFormats: readonly VariantFormat[] = [firstFormat, 'webp'];
