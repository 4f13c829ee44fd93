import type { Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiFault } from '../api/problem.js';
import { type Services, useServices } from '../app/services.js';
import { IconButton } from '../components/icon-button.js';
import { Notice } from '../components/notice.js';
import type { IconName } from '../icons/icons.js';
import { nameOf } from '../library/image-name.js';
import { text } from '../text/en.js';
import { Details } from './details.js';
import { Stage } from './stage.js';

/** One picture on the whole page, with its details beside it. */
export function PictureView({ id }: { id: string }): JSX.Element {
  const services = useServices();
  const { image, gone } = usePicture(services, id);
  const [details, setDetails] = useState(() => matchMedia('(min-width: 900px)').matches);
  const dialog = useRef<HTMLDivElement>(null);
  const { previous, next } = findNeighbours(services, id);
  const leave = () => services.router.closePicture();
  const go = (to: string | null) => to !== null && services.router.replace(services.router.hrefOf(to));
  const remove = () => {
    services.actions.delete([id]);
    if (next ?? previous) go(next ?? previous);
    else leave();
  };
  useDialog(dialog, id);
  useNextPage(services, next);
  useKeys({
    Escape: leave,
    ArrowLeft: () => go(isRightToLeft() ? next : previous),
    ArrowRight: () => go(isRightToLeft() ? previous : next),
    Delete: remove,
    i: () => setDetails(!details),
  });
  const name = image === null ? text.gallery.loading : nameOf(image);
  useEffect(() => {
    document.title = `${name} · ${text.app.name}`;
  }, [name]);
  return (
    <div
      ref={dialog}
      class={`view ${details ? 'has-details' : ''}`}
      role="dialog"
      aria-label={name}
      tabIndex={-1}
    >
      <ViewBar image={image} details={details} onLeave={leave} onRemove={remove} onDetails={setDetails} />
      <div class="view-stage">
        {image !== null && (
          <Stage key={id} image={image} onStart={() => go(previous)} onEnd={() => go(next)} onClose={leave} />
        )}
        {gone && <Notice icon="picture" title={text.picture.notFound} alert />}
        <Step class="view-previous" icon="back" label={text.picture.previous} to={previous} go={go} />
        <Step class="view-next" icon="forward" label={text.picture.next} to={next} go={go} />
      </div>
      {details && image !== null && <Details key={id} image={image} onDelete={remove} />}
    </div>
  );
}

interface ViewBarProps {
  readonly image: Image | null;
  readonly details: boolean;
  readonly onLeave: () => void;
  readonly onRemove: () => void;
  readonly onDetails: (shown: boolean) => void;
}

function ViewBar({ image, details, onLeave, onRemove, onDetails }: ViewBarProps): JSX.Element {
  return (
    <div class="view-bar">
      <IconButton icon="close" label={text.picture.close} onClick={onLeave} />
      <span class="view-name">{image !== null && nameOf(image)}</span>
      <IconButton icon="trash" label={text.picture.delete} disabled={image === null} onClick={onRemove} />
      <IconButton
        icon="info"
        label={text.picture.info}
        pressed={details}
        onClick={() => onDetails(!details)}
      />
    </div>
  );
}

interface StepProps {
  readonly class: string;
  readonly icon: IconName;
  readonly label: string;
  readonly to: string | null;
  readonly go: (to: string | null) => void;
}

/** A button to the previous or the next picture. */
function Step({ to, go, ...button }: StepProps): JSX.Element {
  return <IconButton {...button} disabled={to === null} onClick={() => go(to)} />;
}

function isRightToLeft(): boolean {
  return document.documentElement.dir === 'rtl';
}

/** The keys of the view, wherever the focus is. In a text field only Escape works. */
function useKeys(keys: Record<string, () => void>): void {
  const latest = useRef(keys);
  latest.current = keys;
  // In a layout effect, so that a key pressed right after opening works.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const writes = (event.target as HTMLElement).closest('input, textarea, select') !== null;
      const work = latest.current[event.key];
      if (work === undefined || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return;
      if (writes && event.key !== 'Escape') return;
      event.preventDefault();
      work();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

/** The current state of the picture; its last known state while it is loaded again. */
function usePicture({ library }: Services, id: string): { image: Image | null; gone: boolean } {
  const known = library.state.value.images.get(id);
  const last = useRef<Image | null>(null);
  const [missing, setMissing] = useState<string | null>(null);
  if (known !== undefined) last.current = known;
  useEffect(() => {
    if (known !== undefined) return;
    library.refresh(id).catch((error: unknown) => {
      if (error instanceof ApiFault && error.code === 'not_found') setMissing(id);
    });
  }, [id, known === undefined]);
  const image = known ?? (last.current?.id === id && missing !== id ? last.current : null);
  return { image, gone: missing === id && known === undefined };
}

/** The previous and the next picture in the order of the gallery. */
function findNeighbours(
  { library, deletes }: Services,
  id: string,
): { previous: string | null; next: string | null } {
  const { ids } = library.state.value;
  const hidden = deletes.hidden.value;
  const shown = hidden.size === 0 ? ids : ids.filter((one) => one === id || !hidden.has(one));
  const index = shown.indexOf(id);
  if (index === -1) return { previous: null, next: null };
  return { previous: shown[index - 1] ?? null, next: shown[index + 1] ?? null };
}

/** Loads the next page when the last loaded picture is open. */
function useNextPage({ library }: Services, next: string | null): void {
  const wanted = next === null && library.state.value.nextCursor !== null;
  useEffect(() => {
    if (wanted) void library.loadMore();
  }, [wanted, library]);
}

/** Focuses the dialog and stops the page below from scrolling. */
function useDialog(dialog: { current: HTMLElement | null }, id: string): void {
  useLayoutEffect(() => {
    // The button that had the focus may be gone or disabled now.
    const focused = document.activeElement;
    const isInside = dialog.current?.contains(focused) === true && !(focused as HTMLButtonElement).disabled;
    if (!isInside) dialog.current?.focus();
  }, [id]);
  useEffect(() => {
    document.documentElement.classList.add('is-locked');
    return () => document.documentElement.classList.remove('is-locked');
  }, []);
}
