import type { Part } from '../wrapped.js';
import { TiffDirectory, type TiffSource } from './tiff-directory.js';

const EXIF_IFD = 34_665;
const MAKER_NOTE = 37_500;
/** In the maker note: the directory of the camera's settings, and in older ones the preview itself. */
const CAMERA_SETTINGS = 0x2020;
const OLD_PREVIEW = [0x0088, 0x0089] as const;
/** In the settings: where the preview begins, and its bytes. */
const PREVIEW = [0x0101, 0x0102] as const;

/** How a maker note begins, where its directory is, and whether its offsets are counted from its own start. */
const BEGINNINGS = [
  { text: 'OLYMPUS\0II', directory: 12, isRelative: true },
  { text: 'OM SYSTEM\0\0\0II', directory: 16, isRelative: true },
  { text: 'OLYMP\0', directory: 8, isRelative: false },
] as const;

/**
 * Finds the preview of an ORF, which only its maker note names. The structure is not published; the numbers are those
 * that ExifTool documents (exiftool.org/TagNames/Olympus.html).
 *
 * @param first - the first directory
 * @returns nothing for files of other makers
 */
export function olympusPreviews(source: TiffSource, first: TiffDirectory): Part[] {
  const exifAt = first.number(EXIF_IFD);
  const note = exifAt === undefined ? undefined : new TiffDirectory(source, exifAt).place(MAKER_NOTE);
  if (note === undefined) return [];
  const beginning = Buffer.from(source.read(note.offset, 16)).toString('latin1');
  const found = BEGINNINGS.find(({ text }) => beginning.startsWith(text));
  if (found === undefined) return [];
  const base = found.isRelative ? note.offset : 0;
  const inside = { ...source, base };
  const directory = new TiffDirectory(inside, found.directory + note.offset - base);
  const settingsAt = directory.number(CAMERA_SETTINGS) ?? directory.place(CAMERA_SETTINGS)?.offset;
  const parts = [partOf(directory, OLD_PREVIEW, base)];
  if (settingsAt !== undefined) parts.push(partOf(new TiffDirectory(inside, settingsAt), PREVIEW, base));
  return parts.filter((part) => part !== undefined);
}

function partOf(
  directory: TiffDirectory,
  [start, bytes]: readonly [number, number],
  base: number,
): Part | undefined {
  const [offset, length] = [directory.number(start), directory.number(bytes)];
  return offset === undefined || length === undefined || length === 0
    ? undefined
    : { offset: base + offset, length };
}
