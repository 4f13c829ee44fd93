import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { Icon, type IconName } from '../icons/icons.js';
import { text } from '../text/en.js';
import { ACCEPTED_FILES } from './accepted-files.js';

interface FileButtonProps {
  readonly label: string;
  readonly icon: IconName;
  readonly class: string;
  /** Opens the camera where there is one. */
  readonly camera?: boolean;
}

/** A button that asks for files and uploads them. */
export function FileButton({ label, icon, camera = false, ...rest }: FileButtonProps): JSX.Element {
  const { uploader } = useServices();
  const input = useRef<HTMLInputElement>(null);
  const onChange = () => {
    const files = [...(input.current?.files ?? [])];
    if (input.current !== null) input.current.value = '';
    if (files.length > 0) void uploader.add(files);
  };
  return (
    <>
      <input
        ref={input}
        class="visually-hidden"
        type="file"
        accept={camera ? 'image/*' : ACCEPTED_FILES}
        multiple={!camera}
        {...(camera && { capture: 'environment' })}
        tabIndex={-1}
        aria-label={camera ? text.upload.camera : text.upload.input}
        onChange={onChange}
      />
      <button type="button" class={rest.class} onClick={() => input.current?.click()}>
        <Icon name={icon} size={18} />
        <span>{label}</span>
      </button>
    </>
  );
}

export function UploadButton(): JSX.Element {
  return <FileButton class="button is-primary upload-button" icon="upload" label={text.upload.button} />;
}
