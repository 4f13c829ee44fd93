import type { Image } from '@darkroom/contracts';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { SessionApi, UploadLimits } from '../api/session-api.js';
import type { Announcer } from '../feedback/announcer.js';
import type { Toasts } from '../feedback/toasts.js';
import { text } from '../text/en.js';
import { prepareFile } from './prepare-file.js';
import { createReplacement } from './replacement.js';
import { isOpen, type NewUpload, type Upload, UploadQueue } from './upload-queue.js';
import { sendByXhr } from './xhr-transport.js';

/** Files that are checked at a time. */
const PREPARED_AT_ONCE = 6;

export interface UploaderParts {
  readonly announcer: Announcer;
  readonly toasts: Toasts;
  /** @param replacedId - id of the failed picture that this one replaces; null for any other upload */
  readonly onKept: (image: Image, replacedId: string | null) => void;
}

/** Checks files, uploads them, and keeps their previews. */
export class Uploader {
  readonly queue: UploadQueue;
  readonly #parts: UploaderParts;
  readonly #previews = signal<ReadonlyMap<string, string>>(new Map());
  readonly #aspects = new Map<string, number>();
  readonly #limits = signal<UploadLimits | null>(null);

  constructor(parts: UploaderParts) {
    this.#parts = parts;
    this.queue = new UploadQueue({
      transport: sendByXhr,
      clock: {
        now: () => performance.now(),
        random: () => Math.random(),
        after: (milliseconds, work) => {
          const timer = setTimeout(work, milliseconds);
          return () => clearTimeout(timer);
        },
      },
      newKey: createKey,
      onKept: (image, upload) => this.#keep(image, upload),
    });
    addEventListener('online', () => this.queue.retryNow());
    addEventListener('beforeunload', (event) => {
      if (this.queue.uploads.value.some(isOpen)) event.preventDefault();
    });
  }

  /** Null until they are loaded. */
  get limits(): ReadonlySignal<UploadLimits | null> {
    return this.#limits;
  }

  async loadLimits(api: Pick<SessionApi, 'limits'>): Promise<void> {
    try {
      this.#limits.value = await api.limits();
    } catch {
      // Files are sent unchecked, and the api checks them.
    }
  }

  /** Previews of uploaded pictures that have no sizes yet, by image id. */
  get previews(): ReadonlySignal<ReadonlyMap<string, string>> {
    return this.#previews;
  }

  async add(files: readonly File[]): Promise<void> {
    if (files.length === 0) {
      this.#parts.toasts.show(text.upload.noFiles);
      return;
    }
    this.#parts.announcer.say(text.announce.started(files.length));
    for (let first = 0; first < files.length; first += PREPARED_AT_ONCE) {
      const some = files.slice(first, first + PREPARED_AT_ONCE);
      const prepared = await Promise.all(some.map((file) => prepareFile(file, this.#limits.value)));
      this.queue.add(prepared);
      for (const upload of prepared) this.#announceRefusal(upload);
    }
  }

  /** Uploads a new version of a failed picture, which is deleted once the api has accepted the new one. */
  async replace(image: Image, file: File): Promise<void> {
    this.#parts.announcer.say(text.announce.started(1));
    const replaces = createReplacement(image, new Date());
    const upload = { ...(await prepareFile(file, this.#limits.value)), replaces };
    this.queue.add([upload]);
    this.#announceRefusal(upload);
  }

  /** Width divided by height of the pictures that this browser uploaded, by image id. */
  get aspects(): ReadonlyMap<string, number> {
    return this.#aspects;
  }

  /** Releases a preview, because a size of the picture is shown. */
  dropPreview(id: string): void {
    const preview = this.#previews.value.get(id);
    if (preview === undefined) return;
    URL.revokeObjectURL(preview);
    const previews = new Map(this.#previews.value);
    previews.delete(id);
    this.#previews.value = previews;
  }

  #keep(image: Image, { preview, aspect, replaces }: Upload): void {
    if (aspect !== null) this.#aspects.set(image.id, aspect);
    if (preview !== null) this.#previews.value = new Map(this.#previews.value).set(image.id, preview);
    this.#parts.announcer.count('uploaded', text.announce.uploaded);
    this.#parts.onKept(image, replaces?.id ?? null);
  }

  #announceRefusal({ file, refusal }: NewUpload): void {
    if (refusal !== null) this.#parts.announcer.say(text.announce.refused(file.name, refusal));
  }
}

/** `crypto.randomUUID` works only with TLS or on localhost, and a server in a local network has neither. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
