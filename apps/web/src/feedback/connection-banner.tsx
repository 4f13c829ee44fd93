import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';

/** Says that live changes do not come in; goes by itself when they do again. */
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
