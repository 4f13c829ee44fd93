import type { Image } from '@darkroom/contracts';
import type { GenericEventHandler } from 'preact';
import { useRef } from 'preact/hooks';
import { useServices } from '../app/services.js';

/** Milliseconds before each further try. */
const AGAIN_AFTER = [500, 2_000, 8_000];

/**
 * Brings a picture back whose bytes did not come: its links may have ended, so that new ones are asked for, or the line
 * was gone for a moment, and the same ones do.
 *
 * @returns what listens to `error` of the element
 */
export function useReload({ id }: Image): GenericEventHandler<HTMLImageElement> {
  const { library } = useServices();
  const failures = useRef(0);
  return ({ currentTarget: element }) => {
    const wait = AGAIN_AFTER[failures.current++];
    if (wait === undefined) return;
    element.addEventListener('load', () => (failures.current = 0), { once: true });
    setTimeout(async () => {
      await library.refresh(id).catch(() => undefined);
      // To set what is there already is to load it again (HTML standard, "update the image data").
      if (element.isConnected) element.setAttribute('src', element.src);
    }, wait);
  };
}
