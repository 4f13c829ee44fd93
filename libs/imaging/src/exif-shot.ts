import { cutText } from './cut-text.js';
import { ENTRY_BYTES, findTexts, type IfdText, type ReadBytes, readIfd, readParts } from './exif-ifd.js';

/** The time of the shot and the camera, as the EXIF block states them. */
export interface Shot {
  /** Local time in ISO 8601, with the UTC offset if the camera wrote it: `2026-07-01T18:30:00+02:00`. */
  takenAt: string | null;
  /** Maker and model. */
  camera: string | null;
}

const MAKE_TAG = 0x010f;
const MODEL_TAG = 0x0110;
const EXIF_IFD_TAG = 0x8769;
const DATE_TIME_ORIGINAL_TAG = 0x9003;
const OFFSET_TIME_ORIGINAL_TAG = 0x9011;
const LONG = 4;
const CAMERA_MAX = 120;

/**
 * Reads maker, model and the time of the shot. Treats a malformed tag as absent, and never throws.
 *
 * @param exif - the EXIF directory, if it is the first directory of a separate structure, as in a CR3
 */
export async function readShot(read: ReadBytes, exif?: ReadBytes): Promise<Shot> {
  const first = await findTexts(read);
  const second = exif === undefined ? await findExifTexts(read) : await findTexts(exif);
  const text = async (from: ReadBytes, texts: Map<number, IfdText>, tag: number) => {
    const at = texts.get(tag);
    const [part] = at ? await readParts(from, at) : [];
    return part ?? '';
  };
  const time = (tag: number) => text(exif ?? read, second, tag);
  return {
    takenAt: timeOf(await time(DATE_TIME_ORIGINAL_TAG), await time(OFFSET_TIME_ORIGINAL_TAG)),
    camera: cameraOf(await text(read, first, MAKE_TAG), await text(read, first, MODEL_TAG)),
  };
}

async function findExifTexts(read: ReadBytes): Promise<Map<number, IfdText>> {
  const at = await findExifIfd(read);
  return at === null ? new Map<number, IfdText>() : findTexts(read, at);
}

/** Finds the EXIF directory through the pointer in IFD0. */
async function findExifIfd(read: ReadBytes): Promise<number | null> {
  const ifd = await readIfd(read);
  if (!ifd) return null;
  const { view, littleEndian, count } = ifd;
  for (let index = 0; index < count; index += 1) {
    const entry = index * ENTRY_BYTES;
    if (view.getUint16(entry, littleEndian) !== EXIF_IFD_TAG) continue;
    return view.getUint16(entry + 2, littleEndian) === LONG ? view.getUint32(entry + 8, littleEndian) : null;
  }
  return null;
}

/** @param time - `2026:07:01 18:30:00`; cameras with an unset clock write zeros or blanks */
function timeOf(time: string, offset: string): string | null {
  const [, year, month, day, clock] = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(time) ?? [];
  if (!year || Number(year) === 0) return null;
  const local = `${year}-${month}-${day}T${clock}`;
  const parsed = new Date(`${local}Z`);
  // The comparison rejects dates that `Date` rolls over, such as 31 February.
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 19) !== local) return null;
  return `${local}${/^(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.exec(offset)?.[0] ?? ''}`;
}

/** Joins maker and model without repeating the maker: `Apple iPhone 17`, `NIKON Z 9`, `Canon EOS R5`. */
function cameraOf(make: string, model: string): string | null {
  const [maker, name] = [make, model].map((text) => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim());
  if (!maker || !name) return cutText(maker || name || '', CAMERA_MAX) || null;
  const namesMaker = firstWord(name) === firstWord(maker);
  return cutText(namesMaker ? name : `${maker} ${name}`, CAMERA_MAX) || null;
}

const firstWord = (text: string) => text.split(' ', 1)[0]?.toLowerCase();
