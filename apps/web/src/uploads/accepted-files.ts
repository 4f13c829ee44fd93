import { type InputFormat, inputFormats } from '@darkroom/contracts';

/** For `accept` of a file input: every input format by its types and by its extensions, as some systems know no type for HEIC. */
export const ACCEPTED_FILES = Object.entries<InputFormat>(inputFormats)
  .flatMap(([type, { aliases = [], extensions }]) => [
    type,
    ...aliases,
    ...extensions.map((extension) => `.${extension}`),
  ])
  .join(',');
