import type { Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';
import { FileButton } from '../uploads/upload-button.js';
import { isRetryable } from './failed-images.js';

interface FailureActionsProps {
  readonly image: Image;
  /** Name of the picture, for the accessible names of the buttons. */
  readonly name: string;
  readonly onDelete: () => void;
}

/** What a person can do with a failed picture: retry where that can help, otherwise replace or delete it. */
export function FailureActions({ image, name, onDelete }: FailureActionsProps): JSX.Element {
  const { actions, uploader } = useServices();
  if (isRetryable(image)) {
    return (
      <span class="failure-actions">
        <button
          type="button"
          class="button is-primary"
          aria-label={text.failure.retryName(name)}
          onClick={() => void actions.retry([image.id])}
        >
          <Icon name="retry" size={16} />
          <span>{text.app.tryAgain}</span>
        </button>
      </span>
    );
  }
  return (
    <span class="failure-actions">
      <FileButton
        class="button is-primary"
        icon="upload"
        label={text.failure.replace}
        shortLabel={text.failure.replaceShort}
        name={text.failure.replaceName(name)}
        inputName={text.failure.replaceInput(name)}
        onFile={(file) => void uploader.replace(image, file)}
      />
      <button
        type="button"
        class="button failure-delete"
        aria-label={text.failure.deleteName(name)}
        title={text.failure.delete}
        onClick={onDelete}
      >
        <Icon name="trash" size={16} />
        <span>{text.failure.delete}</span>
      </button>
    </span>
  );
}
