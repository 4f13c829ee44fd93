// For the tools of `bench`: draw pictures, run an engine, compare its output.
export { residentBytes } from '../isolation/resident-bytes.js';
export { drawExif } from './draw-exif.js';
export { codedFixture, drawHeif, exifData, gridData, irot, ispe, readFixture } from './draw-heif.js';
export { drawTiff } from './drawings.js';
export { childProcesses } from './processes.js';
export { Random } from './random.js';
export { type Raster, ssim } from './ssim.js';
export { createWorkbench, oneSize } from './workbench.js';
export { cutTiles, encodeLzw, type TiffTag, writeTiff } from './tiff-writer.js';
