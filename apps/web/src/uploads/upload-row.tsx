import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { IconButton } from '../components/icon-button.js';
import { Icon, type IconName } from '../icons/icons.js';
import { text } from '../text/en.js';
import { formatBytes } from '../text/format.js';
import { isOpen, isRetryable, type Upload } from './upload-queue.js';

/** One file in the upload tray. */
export function UploadRow({ upload }: { upload: Upload }): JSX.Element {
  const { uploader } = useServices();
  const { id, file, state, sent, preview } = upload;
  return (
    <li class={`tray-row is-${state}`}>
      <span class="tray-thumb">
        {preview !== null && state !== 'kept' ? (
          <img src={preview} alt="" />
        ) : (
          <Icon name={iconOf(upload)} size={18} />
        )}
      </span>
      <span class="tray-text">
        <span class="tray-name" title={file.name}>
          {file.name}
        </span>
        <span class="tray-note">{noteOf(upload)}</span>
        {state === 'uploading' && (
          <progress aria-label={text.upload.file(file.name)} max={Math.max(1, file.size)} value={sent} />
        )}
      </span>
      {isRetryable(upload) && (
        <IconButton
          icon="retry"
          size={18}
          label={text.upload.retry(file.name)}
          onClick={() => uploader.queue.retry(id)}
        />
      )}
      {isOpen(upload) && (
        <IconButton
          icon="close"
          size={18}
          label={text.upload.cancel(file.name)}
          onClick={() => uploader.queue.cancel(id)}
        />
      )}
    </li>
  );
}

function iconOf({ state }: Upload): IconName {
  if (state === 'kept') return 'check';
  return state === 'refused' ? 'warning' : 'picture';
}

function noteOf({ state, file, sent, message }: Upload): string {
  switch (state) {
    case 'waiting':
      return `${formatBytes(file.size)} · ${text.upload.waiting}`;
    case 'uploading':
      return sent < file.size
        ? `${formatBytes(file.size)} · ${text.upload.sending(sent / file.size)}`
        : text.upload.storing;
    case 'kept':
      return `${formatBytes(file.size)} · ${text.upload.kept}`;
    case 'cancelled':
      return text.upload.cancelled;
    case 'held':
      return text.upload.held;
    default:
      return message ?? '';
  }
}
