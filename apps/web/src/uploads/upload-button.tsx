import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { Icon, type IconName } from '../icons/icons.js';
import { text } from '../text/en.js';
import { ACCEPTED_FILES } from './accepted-files.js';

interface FileButtonProps {
  readonly label: string;
  /** Shown in place of the label where there is little room. */
  readonly shortLabel?: string;
  /** Accessible name, where the label is not enough. */
  readonly name?: string;
  /** Accessible name of the file input. */
  readonly inputName?: string;
  readonly icon: IconName;
  readonly class: string;
  /** Opens the camera on devices that have one. */
  readonly camera?: boolean;
  /** Asks for a single file and receives it. By default the button asks for any number of files and uploads them. */
  readonly onFile?: (file: File) => void;
}

/** A button that opens the file chooser. */
export function FileButton({
  label,
  shortLabel,
  icon,
  camera = false,
  ...rest
}: FileButtonProps): JSX.Element {
  const { name, inputName = camera ? text.upload.camera : text.upload.input, onFile } = rest;
  const { uploader } = useServices();
  const input = useRef<HTMLInputElement>(null);
  const onChange = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const files = [...(currentTarget.files ?? [])];
    currentTarget.value = '';
    const [file] = files;
    if (file === undefined) return;
    if (onFile === undefined) void uploader.add(files);
    else onFile(file);
  };
  return (
    <>
      <input
        ref={input}
        class="visually-hidden"
        type="file"
        accept={camera ? 'image/*' : ACCEPTED_FILES}
        multiple={!camera && onFile === undefined}
        {...(camera && { capture: 'environment' })}
        tabIndex={-1}
        aria-label={inputName}
        onChange={onChange}
      />
      <button type="button" class={rest.class} aria-label={name} onClick={() => input.current?.click()}>
        <Icon name={icon} size={18} />
        <span class={shortLabel === undefined ? '' : 'label-long'}>{label}</span>
        {shortLabel !== undefined && <span class="label-short">{shortLabel}</span>}
      </button>
    </>
  );
}

export function UploadButton(): JSX.Element {
  return <FileButton class="button is-primary upload-button" icon="upload" label={text.upload.button} />;
}
