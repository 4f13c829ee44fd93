import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { text } from '../text/en.js';
import { parseTags } from './parse-tags.js';

interface TagDialogProps {
  /** Number of pictures that get the tags. */
  readonly count: number;
  readonly onTags: (tags: string[]) => void;
  readonly onClose: () => void;
}

/** Asks for tags. */
export function TagDialog({ count, onTags, onClose }: TagDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const tags = parseTags(input.current?.value ?? '');
    if (tags.length > 0) onTags(tags);
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="tag-dialog-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="tag-dialog-title">{text.selection.tagTitle(count)}</h2>
        <label for="tag-dialog-tags">{text.selection.tagLabel}</label>
        <input ref={input} id="tag-dialog-tags" type="text" autocomplete="off" maxLength={500} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {text.app.cancel}
          </button>
          <button type="submit" class="button is-primary">
            {text.app.save}
          </button>
        </div>
      </form>
    </dialog>
  );
}
