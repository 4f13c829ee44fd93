import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { text } from '../text/en.js';
import type { Upload, UploadState } from '../uploads/upload-queue.js';

const labels: Record<UploadState, string> = {
  waiting: text.card.waiting,
  uploading: text.card.uploading,
  retrying: text.card.retrying,
  held: text.card.held,
  kept: text.upload.kept,
  refused: text.card.refused,
  cancelled: text.card.cancelled,
};

/** The state in an upload card's accessible name. */
export function uploadLabel(upload: Upload): string {
  return labels[upload.state];
}

/** The content of an upload's card. */
export function UploadCard({ upload: { id } }: { upload: Upload }): JSX.Element | null {
  const { uploader } = useServices();
  const upload = uploader.queue.uploads.value.find((one) => one.id === id);
  if (upload === undefined) return null;
  const { preview, state, sent, file } = upload;
  const share = file.size === 0 ? 0 : sent / file.size;
  return (
    <span class="card-inside is-uploading">
      {preview !== null && <img class="card-image is-loaded" src={preview} alt="" draggable={false} />}
      <span class="card-progress">
        <span class="card-progress-label">{labels[state]}</span>
        <span class={`bar ${state === 'uploading' ? '' : 'is-waiting'}`}>
          <span class="bar-fill" style={{ transform: `scaleX(${share})` }} />
        </span>
      </span>
    </span>
  );
}
