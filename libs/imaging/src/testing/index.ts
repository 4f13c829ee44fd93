// For the tools of `bench`: draw pictures, run an engine, compare its output.
export { residentBytes } from '../isolation/resident-bytes.js';
export { drawGif } from './draw-gif.js';
export { drawExif } from './draw-exif.js';
export {
  alphaOf,
  auxi,
  clap,
  codedFixture,
  type CodedPicture,
  codedPictureOf,
  drawHeif,
  exifData,
  gridData,
  imir,
  irot,
  ispe,
  numberedColour,
  readFixture,
} from './draw-heif.js';
export { drawCr3, drawRaf, drawTiffRaw } from './draw-raw.js';
export { drawSvg, drawSvgQuarters } from './draw-svg.js';
export { type DrawnTrack, drawTracks, sequenceBrands } from './draw-tracks.js';
export { drawBmp, drawIco, drawPsd, drawQoi, drawWithMagick } from './draw-raster.js';
export { kindOf, measureTraits, type PictureKind } from '../picture-kind.js';
export { graphicKinds, graphics } from './draw-graphics.js';
export { drawTiff } from './drawings.js';
export { childProcesses } from './processes.js';
export { Random } from './random.js';
export { type Raster, ssim } from './ssim.js';
export { createWorkbench, oneSize } from './workbench.js';
export { cutTiles, encodeLzw, type TiffTag, writeTiff } from './tiff-writer.js';
