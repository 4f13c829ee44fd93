import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';

/** Shown while live updates do not arrive. */
export function ConnectionBanner(): JSX.Element {
  const { live } = useServices();
  return (
    <div role="alert" class="banner-place">
      {live.lost.value && (
        <p class="banner">
          <Icon name="offline" size={18} />
          {text.connection.lost}
        </p>
      )}
    </div>
  );
}
