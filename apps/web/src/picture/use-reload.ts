import type { Image } from '@darkroom/contracts';
import type { GenericEventHandler } from 'preact';
import { useRef } from 'preact/hooks';
import { useServices } from '../app/services.js';

/** Milliseconds before each retry. */
const AGAIN_AFTER = [500, 2_000, 8_000];

/**
 * Loads an image again after an error. Its link may have expired, so it asks the api for new ones first; after a short
 * loss of connection the same link works again.
 *
 * @returns a listener for the element's `error` event
 */
export function useReload({ id }: Image): GenericEventHandler<HTMLImageElement> {
  const { library } = useServices();
  const failures = useRef(0);
  return ({ currentTarget: element }) => {
    const wait = AGAIN_AFTER[failures.current++];
    if (wait === undefined) return;
    element.addEventListener('load', () => (failures.current = 0), { once: true });
    setTimeout(async () => {
      // Scrolled away: thousands of calls for cards that no longer exist would exhaust the browser.
      if (!element.isConnected) return;
      await library.refresh(id).catch(() => undefined);
      // Setting `src` loads the image again even if it is unchanged (HTML standard, "update the image data").
      if (element.isConnected) element.setAttribute('src', element.src);
    }, wait);
  };
}
