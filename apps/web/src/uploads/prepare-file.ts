import type { UploadLimits } from '../api/session-api.js';
import { refusalOf, SNIFF_BYTES } from './file-checks.js';
import type { NewUpload } from './upload-queue.js';

/** Bytes above which a preview would cost more memory than it is worth. */
const PREVIEW_MOST = 40 * 2 ** 20;

/** Looks at a file before it is sent: whether it is worth sending, and how it looks where the browser can show it. */
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
  if (refusal !== null || file.size > PREVIEW_MOST) return { file, preview: null, aspect: null, refusal };
  return { file, refusal, ...(await previewOf(file)) };
}

/** Null for what cannot be read: a folder that was dropped as a file, a file that is gone. */
async function readHead(file: File): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await file.slice(0, SNIFF_BYTES).arrayBuffer());
  } catch {
    return null;
  }
}

/** What the browser cannot show, such as HEIC and TIFF, waits for its sizes. */
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
