import type { Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { IconButton } from '../components/icon-button.js';
import type { GalleryModel } from '../grid/gallery-model.js';
import { Icon, type IconName } from '../icons/icons.js';
import { text } from '../text/en.js';
import { isRetryable } from './failed-images.js';
import { NOTHING_SELECTED, selectAll } from './selection.js';
import { TagDialog } from './tag-dialog.js';

/** The actions for the selected pictures. */
export function SelectionBar({ model }: { model: GalleryModel }): JSX.Element | null {
  const { selection, actions, toasts, uploader } = useServices();
  const [tagging, setTagging] = useState(false);
  useEscape(() => (selection.value = NOTHING_SELECTED));
  const images = useSelected();
  const retryable = images.filter(isRetryable);
  const ids = images.map(({ id }) => id);
  if (images.length === 0) return null;
  const all = () => {
    const keys = model.entries.peek().flatMap((entry) => (entry.kind === 'image' ? [entry.key] : []));
    selection.value = selectAll(keys);
  };
  const download = () => {
    const limit = uploader.limits.value?.archive ?? ids.length;
    if (ids.length > limit) toasts.show(text.selection.tooMany(limit), { tone: 'bad' });
    else followDownload(`/api/archive?${ids.map((id) => `id=${id}`).join('&')}`);
  };
  return (
    <>
      <div class="selection" role="toolbar" aria-label={text.selection.toolbar}>
        <IconButton
          icon="close"
          label={text.selection.clear}
          onClick={() => (selection.value = NOTHING_SELECTED)}
        />
        <strong class="selection-count">{text.selection.count(ids.length)}</strong>
        <button type="button" class="button is-quiet selection-all" onClick={all}>
          {text.selection.all}
        </button>
        <span class="selection-space" />
        {retryable.length > 0 && (
          <Action
            icon="retry"
            label={text.selection.retry(retryable.length)}
            onClick={() => void actions.retry(retryable.map(({ id }) => id))}
          />
        )}
        <Action icon="tag" label={text.selection.tag} onClick={() => setTagging(true)} />
        <Action icon="download" label={text.selection.download} onClick={download} />
        <Action icon="trash" label={text.selection.delete} onClick={() => actions.delete(ids)} />
      </div>
      {tagging && (
        <TagDialog
          count={ids.length}
          onClose={() => setTagging(false)}
          onTags={(tags) => void actions.addTags(ids, tags)}
        />
      )}
    </>
  );
}

function Action({
  icon,
  label,
  onClick,
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
}): JSX.Element {
  return (
    <button type="button" class="button is-quiet" onClick={onClick} title={label}>
      <Icon name={icon} size={18} />
      <span>{label}</span>
    </button>
  );
}

/** Escape clears the selection, unless the focused element or a dialog uses the key. */
function useEscape(work: () => void): void {
  useEffect(() => {
    const onKeyDown = ({ key, target, defaultPrevented }: KeyboardEvent) => {
      const busy = (target as HTMLElement).closest('input, textarea, dialog, [role=dialog]') !== null;
      if (key === 'Escape' && !busy && !defaultPrevented) work();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

function useSelected(): Image[] {
  const { selection, library } = useServices();
  const { images } = library.state.value;
  return [...selection.value.ids].flatMap((id) => images.get(id) ?? []);
}

/** Downloads an address without leaving the page. */
function followDownload(href: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = '';
  link.click();
}
