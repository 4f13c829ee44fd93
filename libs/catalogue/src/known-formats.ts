import { originalContentTypes, variantFormats } from '@darkroom/contracts';

const sqlArray = (texts: readonly string[]) => `array[${texts.map((text) => `'${text}'`).join(', ')}]`;

/**
 * The output formats of this version in their order, as an SQL array. A later version may have written others before it
 * was rolled back, or writes them right now; this one neither shows nor makes nor removes them.
 */
export const KNOWN_FORMATS = sqlArray(variantFormats);

/** The content types of originals of this version, as an SQL array. */
export const KNOWN_CONTENT_TYPES = sqlArray(originalContentTypes);
