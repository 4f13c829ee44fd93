import type { Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { nameOf } from '../library/image-name.js';
import { Icon } from '../icons/icons.js';
import { isFailed } from '../library/failed-images.js';
import { FailureActions } from '../library/failure-actions.js';
import { text } from '../text/en.js';
import { CopyLink } from './copy-link.js';
import { ExpiryField } from './expiry-field.js';
import { Facts } from './facts.js';
import { InlineText } from './inline-text.js';
import { TagList } from './tag-list.js';
import { Variants } from './variants.js';

interface DetailsProps {
  readonly image: Image;
  readonly onDelete: () => void;
}

/** Everything about one picture, with fields to change it. */
export function Details({ image, onDelete }: DetailsProps): JSX.Element {
  const { actions } = useServices();
  return (
    <aside class="details" aria-label={text.picture.info}>
      <Failure image={image} onDelete={onDelete} />
      <InlineText
        label={text.picture.title}
        placeholder={text.picture.titlePlaceholder}
        value={image.title ?? ''}
        kind="title"
        onSave={(title) => actions.change(image.id, { title })}
      />
      <InlineText
        label={text.picture.caption}
        placeholder={text.picture.captionPlaceholder}
        value={image.caption ?? ''}
        kind="caption"
        onSave={(caption) => actions.change(image.id, { caption })}
      />
      <TagList image={image} />
      <div class="details-actions">
        <a class="button" href={`/api/images/${image.id}/download`} download="">
          <Icon name="download" size={18} />
          {text.picture.downloadOriginal}
        </a>
        <CopyLink url={image.original.url} what={text.picture.original} />
      </div>
      <ExpiryField image={image} />
      <Facts image={image} />
      <Variants image={image} />
    </aside>
  );
}

/** Why the picture failed, and what a person can do. */
function Failure({ image, onDelete }: DetailsProps): JSX.Element | null {
  const { status, error } = image;
  if (error === null || !isFailed(image)) return null;
  return (
    <section class="trouble" aria-label={text.status[status]}>
      <h2>
        <Icon name={status === 'failed' ? 'warning' : 'shield'} size={18} />
        {text.status[status]}
      </h2>
      <p>{error.message}</p>
      {status === 'quarantined' && <p>{text.picture.quarantine}</p>}
      <p>
        <code>{error.code}</code>
      </p>
      <FailureActions image={image} name={nameOf(image)} onDelete={onDelete} />
    </section>
  );
}
