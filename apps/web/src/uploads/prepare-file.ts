import type { UploadLimits } from '../api/session-api.js';
import { refusalOf, SNIFF_BYTES } from './file-checks.js';
import type { NewUpload } from './upload-queue.js';

/** Bytes above which a preview would need too much memory. */
const PREVIEW_MAX_BYTES = 40 * 2 ** 20;

/** Checks a file before it is sent, and creates its preview if the browser can decode it. */
export async function prepareFile(file: File, limits: UploadLimits | null): Promise<NewUpload> {
  const head = await readHead(file);
  if (head === null)
    return {
      file,
      preview: null,
      aspect: null,
      refusal: refusalOf({ name: file.name, size: 0, head: new Uint8Array() }, limits),
    };
  const refusal = refusalOf({ name: file.name, size: file.size, head }, limits);
  if (refusal !== null || file.size > PREVIEW_MAX_BYTES)
    return { file, preview: null, aspect: null, refusal };
  return { file, refusal, ...(await previewOf(file)) };
}

/** Null if the file cannot be read: it is a folder, or it no longer exists. */
async function readHead(file: File): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await file.slice(0, SNIFF_BYTES).arrayBuffer());
  } catch {
    return null;
  }
}

/** Formats that the browser cannot decode, such as HEIC and TIFF, have no preview until their sizes are ready. */
async function previewOf(file: File): Promise<Pick<NewUpload, 'preview' | 'aspect'>> {
  const preview = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = preview;
    await new Promise((resolve, reject) => {
      image.addEventListener('load', resolve);
      image.addEventListener('error', reject);
    });
    return { preview, aspect: image.naturalWidth / image.naturalHeight || null };
  } catch {
    URL.revokeObjectURL(preview);
    return { preview: null, aspect: null };
  }
}
