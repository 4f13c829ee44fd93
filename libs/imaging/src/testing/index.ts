// What the tools of `bench` need to draw pictures, to run an engine and to compare what it makes.
export { residentBytes } from '../isolation/resident-bytes.js';
export { drawExif } from './draw-exif.js';
export { codedFixture, drawHeif, exifData, gridData, irot, ispe, readFixture } from './draw-heif.js';
export { drawTiff } from './drawings.js';
export { childProcesses } from './processes.js';
export { Random } from './random.js';
export { type Raster, ssim } from './ssim.js';
export { createWorkbench, oneSize } from './workbench.js';
