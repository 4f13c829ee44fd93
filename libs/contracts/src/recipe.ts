import { findInputFormat, type OriginalContentType } from './formats/input-formats.js';
import { outputFormats } from './formats/output-formats.js';
import type { VariantFormat } from './formats/variant-format.js';

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

/**
 * File name extension of an original. An original that a later version has stored before it was rolled back, in a
 * format that this one does not know, is still listed: its extension is a guess then.
 */
export function originalExtension(contentType: OriginalContentType): string {
  return findInputFormat(contentType)?.extensions[0] ?? contentType.replace('image/', '');
}

/** Storage key of an original, as uploaded. */
export function originalKey(imageId: string, contentType: OriginalContentType): string {
  return `${originalPrefix(imageId)}original.${originalExtension(contentType)}`;
}

/** Storage key of a variant; equal parameters always give the same key. */
export function variantKey(
  imageId: string,
  name: string,
  recipeVersion: number,
  format: VariantFormat,
): string {
  return `${variantPrefix(imageId)}${name}-${recipeVersion}.${outputFormats[format].extension}`;
}

/** Prefix of every object of an image's original. */
export function originalPrefix(imageId: string): string {
  return `uploads/${imageId}/`;
}

/** Prefix of every variant of an image. */
export function variantPrefix(imageId: string): string {
  return `variants/${imageId}/`;
}
