import { extname } from 'node:path/posix';
import { originalExtension, type OriginalContentType } from '@darkroom/contracts';
import { cutToBytes } from '../uploads/file-name.js';

/** Bytes of UTF-8: file systems accept 255, and the number and the extension must fit too. */
const STEM_MAX_BYTES = 220;

// Characters that Windows refuses, and invisible or direction-changing ones (they can show `gpj.exe` as `exe.jpg`).
const FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
// Windows reserves these for devices, with any extension (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

export interface ArchivedFile {
  filename: string;
  contentType: OriginalContentType;
}

/**
 * File names that are valid in one folder on any system: the uploaded names without characters that a system refuses,
 * with an extension, and distinct: the second of two equal names gets ` (2)`.
 */
export function archiveNames(files: readonly ArchivedFile[]): string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const { stem, extension } = nameParts(file);
    let name = stem + extension;
    for (let number = 2; taken.has(comparable(name)); number += 1) name = `${stem} (${number})${extension}`;
    taken.add(comparable(name));
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

/** Some file systems ignore case and Unicode composition. */
function comparable(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
