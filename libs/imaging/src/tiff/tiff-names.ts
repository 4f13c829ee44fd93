/** Names of the compressions of TIFF, as registered with Adobe or used by libtiff. */
const COMPRESSIONS: Readonly<Record<number, string>> = {
  2: 'CCITT RLE',
  3: 'CCITT Group 3',
  4: 'CCITT Group 4',
  6: 'old-style JPEG',
  7: 'JPEG',
  9: 'JBIG (T.85)',
  10: 'JBIG (T.43)',
  32_766: 'NeXT',
  32_771: 'CCITT RLE',
  32_809: 'ThunderScan',
  32_895: 'IT8 CT',
  32_896: 'IT8 line work',
  32_897: 'IT8 monochrome',
  32_898: 'IT8 binary line art',
  32_908: 'PixarFilm',
  32_909: 'PixarLog',
  32_947: 'Kodak DCS',
  33_003: 'JPEG 2000',
  33_004: 'JPEG 2000',
  33_005: 'JPEG 2000',
  33_007: 'JPEG',
  34_661: 'JBIG',
  34_676: 'SGILog',
  34_677: 'SGILog 24',
  34_712: 'JPEG 2000',
  34_713: 'Nikon NEF',
  34_887: 'LERC',
  34_892: 'lossy JPEG of a DNG',
  34_925: 'LZMA',
  50_001: 'WebP',
  50_002: 'JPEG XL',
  52_546: 'JPEG XL',
};

/** Names of the colour models that no decoder here supports. */
const PHOTOMETRICS: Readonly<Record<number, string>> = {
  4: 'a TIFF of a transparency mask',
  10: 'a TIFF in ITU L*a*b* colours',
  32_803: 'a TIFF of camera sensor data (CFA)',
  32_844: 'a TIFF in LogL brightness',
  32_845: 'a TIFF in LogLuv colours',
  34_892: 'a TIFF of camera sensor data (linear raw)',
  51_177: 'a TIFF of a depth map',
  52_527: 'a TIFF of a photometric mask',
};

/** Describes a compression, for `unsupported`. */
export function describeCompression(compression: number): string {
  const name = COMPRESSIONS[compression];
  return name === undefined
    ? `a TIFF with an unknown compression (${compression})`
    : `a TIFF with ${name} compression`;
}

/** Describes a colour model, for `unsupported`. */
export function describePhotometric(photometric: number): string {
  return PHOTOMETRICS[photometric] ?? `a TIFF of an unknown colour model (${photometric})`;
}
