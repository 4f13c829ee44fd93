import { extname } from 'node:path/posix';
import { originalExtension, type OriginalContentType } from '@darkroom/contracts';
import { cutToBytes } from '../uploads/file-name.js';

/** Bytes of UTF-8: a file system takes 255, and a number has to fit behind. */
const STEM_MAX_BYTES = 220;

// What Windows takes in no name, and what shows nothing or turns the text round it (`gpj.exe` that reads as `exe.jpg`).
const FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
// Windows takes these for devices, whatever their extension (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

export interface ArchivedFile {
  filename: string;
  contentType: OriginalContentType;
}

/**
 * Names for the files of one folder on any system: those they were uploaded under, without what some system refuses,
 * with an extension, and none twice: the second gets ` (2)`.
 */
export function archiveNames(files: readonly ArchivedFile[]): string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const { stem, extension } = nameParts(file);
    let name = stem + extension;
    for (let number = 2; taken.has(alike(name)); number += 1) name = `${stem} (${number})${extension}`;
    taken.add(alike(name));
    return name;
  });
}

function nameParts({ filename, contentType }: ArchivedFile): { stem: string; extension: string } {
  const clean = filename.replaceAll(FORBIDDEN, '_').replace(/^[. ]+|[. ]+$/g, '');
  const found = extname(clean);
  const isExtension = /^\.[\p{L}\p{N}]{1,16}$/u.test(found);
  const stem = cutToBytes(isExtension ? clean.slice(0, -found.length) : clean, STEM_MAX_BYTES).trimEnd();
  return {
    stem: stem === '' ? 'picture' : DEVICE.test(stem) ? `_${stem}` : stem,
    extension: isExtension ? found : `.${originalExtension(contentType)}`,
  };
}

/** Some file systems tell neither case nor the way in which a letter is composed apart. */
function alike(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
