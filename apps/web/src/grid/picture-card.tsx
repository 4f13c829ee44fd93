import { findInputFormat, type Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { useReload } from '../picture/use-reload.js';
import { text } from '../text/en.js';
import { backgroundOf } from './placeholder.js';
import { VariantPicture } from './variant-picture.js';

/** Milliseconds that a picture takes to fade in. */
const FADE = 400;
/** No background behind a transparent picture. */
const CLEAR = { backgroundImage: '', backgroundColor: '' };

/** Ids of pictures that have been shown: they do not fade in again. */
const seen = new Set<string>();

/** The state in a card's accessible name; null for a ready picture. */
export function stateOf({ status }: Image): string | null {
  return status === 'ready' ? null : text.status[status].toLowerCase();
}

function mayBeClear({ contentType }: Image): boolean {
  return findInputFormat(contentType)?.transparent ?? true;
}

/** The content of a card: the picture in the smallest size that fits, over its placeholder. */
export function PictureCard({ image, width }: { image: Image; width: number }): JSX.Element {
  const { uploader } = useServices();
  const preview = uploader.previews.value.get(image.id) ?? null;
  const [settled, setSettled] = useState(seen.has(image.id));
  const clear = settled && mayBeClear(image);
  return (
    <span
      class={`card-inside is-${image.status} ${clear ? 'is-settled' : ''}`}
      style={clear ? CLEAR : backgroundOf(image)}
    >
      {preview !== null && <img class="card-image is-loaded" src={preview} alt="" draggable={false} />}
      {image.variants.length > 0 && (
        <CardImage image={image} width={width} onSettled={() => setSettled(true)} />
      )}
    </span>
  );
}

interface CardImageProps {
  readonly image: Image;
  readonly width: number;
  /** Called when the picture covers the placeholder. */
  readonly onSettled: () => void;
}

function CardImage({ image, width, onSettled }: CardImageProps): JSX.Element {
  const { uploader } = useServices();
  const onError = useReload(image);
  const [loaded, setLoaded] = useState(seen.has(image.id));
  const onLoad = async ({ currentTarget }: { currentTarget: HTMLImageElement }) => {
    // Wait until it is decoded: before that, the browser would draw an empty area.
    await currentTarget.decode().catch(() => undefined);
    seen.add(image.id);
    setLoaded(true);
    setTimeout(() => {
      onSettled();
      uploader.dropPreview(image.id);
    }, FADE);
  };
  return (
    <VariantPicture
      variants={image.variants}
      sizes={`${Math.ceil(width)}px`}
      class={`card-image ${loaded ? 'is-loaded' : ''}`}
      alt=""
      decoding="async"
      onLoad={(event) => void onLoad(event)}
      onError={onError}
    />
  );
}

/** The state of a picture that is not ready, shown over its card. */
export function CardState({ image }: { image: Image }): JSX.Element | null {
  const { status, step, error } = image;
  if (status === 'ready') return null;
  if (status === 'failed' || status === 'quarantined') {
    return (
      <span class="card-fault">
        <Icon name={status === 'failed' ? 'warning' : 'shield'} />
        <strong>{text.status[status]}</strong>
        <span class="card-fault-message">{error?.message}</span>
        {error !== null && <code>{error.code}</code>}
      </span>
    );
  }
  return (
    <span class="card-progress">
      <span class="card-progress-label">
        {status === 'queued' ? text.card.queued : text.card.processing(step)}
      </span>
      <span class={`bar ${status === 'queued' ? 'is-waiting' : 'is-busy'}`} />
    </span>
  );
}
