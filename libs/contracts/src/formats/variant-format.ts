import { z } from 'zod';
import { type OutputFormatId, variantFormats } from './output-formats.js';

/** The format of a variant: the id of an output format. Apart from the records, which the gallery imports without zod. */
export const VariantFormat = z.enum(variantFormats).meta({ id: 'VariantFormat' });
export type VariantFormat = OutputFormatId;
