import type { Image } from '@darkroom/contracts';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { IconButton } from '../components/icon-button.js';
import { Notice } from '../components/notice.js';
import { backgroundOf } from '../grid/placeholder.js';
import { VariantPicture } from '../grid/variant-picture.js';
import { nameOf } from '../library/image-name.js';
import { text } from '../text/en.js';
import { showsOriginal } from './savings.js';
import { useGestures } from './use-gestures.js';
import { useReload } from './use-reload.js';
import { FIT, fitInto, keepOnStage, type Size, type Zoom, zoomAt } from './zoom.js';

export interface StageProps {
  readonly image: Image;
  /** Actions of a swipe: previous picture, next picture, close. */
  readonly onStart: () => void;
  readonly onEnd: () => void;
  readonly onClose: () => void;
}

/** The picture, fitted to the screen, with zoom. */
export function Stage(props: StageProps): JSX.Element {
  const { image } = props;
  const { uploader } = useServices();
  const element = useRef<HTMLDivElement>(null);
  const stage = useSize(element);
  const zoom = useSignal<Zoom>(FIT);
  const preview = uploader.previews.value.get(image.id) ?? null;
  const picture = fitInto({ width: image.width ?? 4, height: image.height ?? 3 }, stage);
  const set = (next: Zoom) => (zoom.value = keepOnStage(next, picture, stage));
  const gestures = useGestures({ ...props, element, zoom, set });
  const by = (factor: number) => set(zoomAt(zoom.value, factor, { x: 0, y: 0 }));
  const { scale, x, y } = zoom.value;
  const shown = image.variants.length > 0;
  const [loaded, setLoaded] = useState(false);
  const frame = {
    width: `${picture.width}px`,
    height: `${picture.height}px`,
    transform: `translate(${x}px, ${y}px) scale(${scale})`,
    ...(loaded ? { backgroundImage: '', backgroundColor: '' } : backgroundOf(image)),
  };
  return (
    <div ref={element} class={`stage ${scale > 1 ? 'is-close' : ''}`} {...gestures}>
      {shown && stage.width > 0 && (
        <div class={`stage-frame ${loaded ? 'is-loaded' : ''}`} style={frame}>
          <StageImage
            image={image}
            width={picture.width}
            close={scale > 1.2}
            loaded={loaded}
            onLoad={() => setLoaded(true)}
          />
        </div>
      )}
      {!shown && preview !== null && (
        <img class="stage-preview" src={preview} alt={nameOf(image)} draggable={false} />
      )}
      {!shown && preview === null && <Waiting image={image} />}
      {shown && (
        <div class="stage-zoom">
          <IconButton
            icon="minus"
            label={text.picture.zoomOut}
            disabled={scale === 1}
            onClick={() => by(1 / 1.5)}
          />
          <output aria-live="polite">{text.picture.zoomLevel(scale)}</output>
          <IconButton icon="plus" label={text.picture.zoomIn} onClick={() => by(1.5)} />
          <IconButton
            icon="fit"
            label={text.picture.zoomFit}
            disabled={scale === 1}
            onClick={() => set(FIT)}
          />
        </div>
      )}
    </div>
  );
}

interface StageImageProps {
  readonly image: Image;
  /** Width on the screen in pixels, fitted. */
  readonly width: number;
  /** Whether the zoom is beyond the resolution of the largest size. */
  readonly close: boolean;
  readonly loaded: boolean;
  readonly onLoad: () => void;
}

function StageImage({ image, width, close, loaded, onLoad }: StageImageProps): JSX.Element {
  const onError = useReload(image);
  return (
    <>
      <VariantPicture
        variants={image.variants}
        sizes={`${width}px`}
        class={`stage-image ${loaded ? 'is-loaded' : ''}`}
        alt={nameOf(image)}
        onLoad={onLoad}
        onError={onError}
      />
      {close && showsOriginal(image) && (
        <img
          class="stage-image is-loaded"
          src={image.original.url}
          alt=""
          draggable={false}
          onError={onError}
        />
      )}
    </>
  );
}

/** Shown while there is no picture to display. */
function Waiting({ image }: { image: Image }): JSX.Element {
  const { status, step, error } = image;
  switch (status) {
    case 'failed':
      return <Notice icon="warning" title={text.status.failed} lead={error?.message ?? ''} />;
    case 'quarantined':
      return <Notice icon="shield" title={text.status.quarantined} lead={error?.message ?? ''} />;
    default:
      return (
        <Notice
          icon="clock"
          title={text.status[status]}
          lead={status === 'queued' ? text.picture.waiting : text.card.processing(step)}
        />
      );
  }
}

function useSize(element: { current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return undefined;
    const measure = () => setSize({ width: measured.clientWidth, height: measured.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return size;
}
