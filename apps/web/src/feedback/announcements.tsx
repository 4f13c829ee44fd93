import type { JSX } from 'preact';
import { useServices } from '../app/services.js';

/** The live region that screen readers announce. */
export function Announcements(): JSX.Element {
  const { announcer } = useServices();
  return (
    <div class="visually-hidden" role="status" aria-live="polite" aria-atomic="true">
      {announcer.message.value}
    </div>
  );
}
