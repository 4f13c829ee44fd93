// For the tools of `bench`: draw pictures, run an engine, compare its output.
export { residentBytes } from '../isolation/resident-bytes.js';
export { drawExif } from './draw-exif.js';
export { codedFixture, drawHeif, exifData, gridData, irot, ispe, readFixture } from './draw-heif.js';
export { drawBmp, drawIco, drawPsd, drawQoi, drawWithMagick } from './draw-raster.js';
export { drawTiff } from './drawings.js';
export { childProcesses } from './processes.js';
export { Random } from './random.js';
export { type Raster, ssim } from './ssim.js';
export { createWorkbench, oneSize } from './workbench.js';
