import { findInputFormat, type Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { useReload } from '../picture/use-reload.js';
import { text } from '../text/en.js';
import { backgroundOf } from './placeholder.js';
import { VariantPicture } from './variant-picture.js';

/** Milliseconds after which a picture has faded in. */
const FADE = 400;
/** Nothing shines through where a picture is transparent. */
const CLEAR = { backgroundImage: '', backgroundColor: '' };

/** Pictures that have been on the screen: they come back without fading in. */
const seen = new Set<string>();

/** What a picture's card says beside its name; null where it is just there. */
export function stateOf({ status }: Image): string | null {
  return status === 'ready' ? null : text.status[status].toLowerCase();
}

function mayBeClear({ contentType }: Image): boolean {
  return findInputFormat(contentType)?.transparent ?? true;
}

/** The inside of a card: the picture in the smallest size that fits, over what is known of it before. */
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
  /** Told once the picture covers what was there before it. */
  readonly onSettled: () => void;
}

function CardImage({ image, width, onSettled }: CardImageProps): JSX.Element {
  const { uploader } = useServices();
  const onError = useReload(image);
  const [loaded, setLoaded] = useState(seen.has(image.id));
  const onLoad = async ({ currentTarget }: { currentTarget: HTMLImageElement }) => {
    // Loaded is not drawn: a picture that is still being decoded would leave a hole.
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

/** What a card says over a picture that is not ready, or in place of it. */
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
