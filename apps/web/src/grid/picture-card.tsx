import type { Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { useReload } from '../picture/use-reload.js';
import { text } from '../text/en.js';
import { placeholderOf } from './placeholder.js';
import { sourcesOf } from './sources.js';

/** Milliseconds that a picture takes to fade in. */
const FADE = 400;
/** No background behind a transparent picture. */
const CLEAR = { backgroundImage: '', backgroundColor: '' };

/** Ids of pictures that have been shown: they do not fade in again. */
const seen = new Set<string>();

/** The display name of a picture. */
export function nameOf({ title, filename }: Pick<Image, 'title' | 'filename'>): string {
  return title ?? filename;
}

/** The state in a card's accessible name; null for a ready picture. */
export function stateOf({ status }: Image): string | null {
  return status === 'ready' ? null : text.status[status].toLowerCase();
}

/** Only JPEG cannot be transparent. */
function mayBeClear({ contentType }: Image): boolean {
  return contentType !== 'image/jpeg';
}

/** Background until the picture is loaded: its blurred preview, or its main colour. */
export function backgroundOf(image: Image) {
  const placeholder = placeholderOf(image);
  return {
    backgroundImage: placeholder === null ? '' : `url(${placeholder})`,
    backgroundColor: image.facts?.dominantColour ?? '',
  };
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
  const { webp, jpeg, fallback } = sourcesOf(image.variants);
  const sizes = `${Math.ceil(width)}px`;
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
    <picture>
      {webp !== '' && <source type="image/webp" srcset={webp} sizes={sizes} />}
      <img
        class={`card-image ${loaded ? 'is-loaded' : ''}`}
        srcset={jpeg}
        sizes={sizes}
        src={fallback}
        alt=""
        decoding="async"
        draggable={false}
        onLoad={(event) => void onLoad(event)}
        onError={onError}
      />
    </picture>
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
