import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { isPlainClick } from '../components/link.js';
import { focusPage } from '../feedback/focus-page.js';
import { Icon } from '../icons/icons.js';
import { nameOf } from '../library/image-name.js';
import { isFailed } from '../library/failed-images.js';
import { FailureActions } from '../library/failure-actions.js';
import { selectRange, toggle } from '../library/selection.js';
import { text } from '../text/en.js';
import type { Entry } from './entries.js';
import type { GalleryModel } from './gallery-model.js';
import type { Box } from './justified-rows.js';
import { CardState, PictureCard, stateOf } from './picture-card.js';
import { UploadCard, uploadLabel } from './upload-card.js';
import { useLongPress } from './use-long-press.js';

/** Widths in pixels below which a card shows less text. */
const NARROW = 250;
const TINY = 170;

interface CellProps {
  readonly entry: Entry;
  readonly box: Box;
  readonly model: GalleryModel;
}

/** One card at its position in the row. */
export function GridCell(props: CellProps): JSX.Element {
  const { box, entry } = props;
  const style = { insetInlineStart: `${box.start}px`, width: `${box.width}px` };
  const { selection } = useServices();
  const selected = selection.value.ids.has(entry.key);
  const classes = [
    'cell',
    selected && 'is-selected',
    box.width < NARROW && 'is-narrow',
    box.width < TINY && 'is-tiny',
    entry.kind === 'image' && isFailed(entry.image) && 'is-failed',
  ];
  return (
    <div
      role="gridcell"
      class={classes.filter(Boolean).join(' ')}
      style={style}
      {...(entry.kind === 'image' && { 'aria-selected': selected })}
    >
      {entry.kind === 'image' ? (
        <ImageCell {...props} entry={entry} />
      ) : (
        <UploadCell {...props} entry={entry} />
      )}
    </div>
  );
}

function tabIndexOf({ entry, model }: CellProps): 0 | -1 {
  return entry.key === model.tabStop.value ? 0 : -1;
}

function ImageCell(props: CellProps & { readonly entry: Entry & { kind: 'image' } }): JSX.Element {
  const { entry, box, model } = props;
  const { image } = entry;
  const services = useServices();
  const { router, selection, actions } = services;
  const isSelecting = selection.value.ids.size > 0;
  const name = nameOf(image);
  const select = (event: MouseEvent) => {
    const ids = imageIds(model);
    const { value } = selection;
    selection.value = event.shiftKey ? selectRange(value, image.id, ids) : toggle(value, image.id);
  };
  const remove = () => {
    actions.delete([image.id]);
    focusPage();
  };
  const long = useLongPress(() => (selection.value = toggle(selection.value, image.id)));
  const onClick = (event: MouseEvent) => {
    if (long.suppressesClick()) {
      event.preventDefault();
      return;
    }
    // While pictures are selected, a click selects: opening a picture by accident would be worse.
    if (event.shiftKey || event.ctrlKey || event.metaKey || isSelecting) {
      event.preventDefault();
      select(event);
    } else if (isPlainClick(event)) {
      event.preventDefault();
      router.go(router.hrefOf(image.id));
    }
  };
  return (
    <>
      <a
        class="card"
        href={router.hrefOf(image.id)}
        data-key={entry.key}
        tabIndex={tabIndexOf(props)}
        aria-label={text.card.open(name, stateOf(image))}
        draggable={false}
        onClick={onClick}
        {...long.handlers}
      >
        <PictureCard image={image} width={box.width} />
      </a>
      <CardState image={image} />
      <button
        type="button"
        class="card-check"
        role="checkbox"
        aria-checked={selection.value.ids.has(image.id)}
        aria-label={text.card.select(name)}
        tabIndex={-1}
        onClick={select}
      >
        <Icon name="check" size={16} />
      </button>
      {isFailed(image) && <FailureActions image={image} name={name} onDelete={remove} />}
    </>
  );
}

function UploadCell(props: CellProps & { readonly entry: Entry & { kind: 'upload' } }): JSX.Element {
  const { upload } = props.entry;
  const { uploader } = useServices();
  const current = uploader.queue.uploads.value.find(({ id }) => id === upload.id) ?? upload;
  return (
    <>
      <div
        class="card"
        role="group"
        data-key={props.entry.key}
        tabIndex={tabIndexOf(props)}
        aria-label={text.card.open(upload.file.name, uploadLabel(current).toLowerCase())}
      >
        <UploadCard upload={upload} />
      </div>
      <button
        type="button"
        class="card-cancel"
        aria-label={text.card.cancel(upload.file.name)}
        tabIndex={-1}
        onClick={() => uploader.queue.cancel(upload.id)}
      >
        <Icon name="close" size={16} />
      </button>
    </>
  );
}

/** Ids of the pictures in their order, without uploads. */
export function imageIds(model: GalleryModel): string[] {
  return model.entries.peek().flatMap((entry) => (entry.kind === 'image' ? [entry.key] : []));
}
