import { defaultRecipe, type VariantFormat } from '@darkroom/contracts';
import sharp from 'sharp';

/**
 * Does what a simple script with sharp does: makes each variant from the file, upright and fitted inside its size, with
 * sharp's default threads and cache and the same qualities as the engine.
 */
export async function makePlainVariants(path: string, formats: readonly VariantFormat[]): Promise<void> {
  await Promise.all(
    formats.flatMap((format) =>
      defaultRecipe.sizes.map(({ longSide }) => {
        const image = sharp(path)
          .autoOrient()
          .resize({ width: longSide, height: longSide, fit: 'inside', withoutEnlargement: true });
        if (format === 'jpeg')
          return image.flatten({ background: '#ffffff' }).jpeg({ quality: 80 }).toBuffer();
        if (format === 'webp') return image.webp({ quality: 78, effort: 2 }).toBuffer();
        return image.avif({ quality: 65, effort: 1, chromaSubsampling: '4:2:0' }).toBuffer();
      }),
    ),
  );
}
