import type { JSX } from 'preact';
import { text } from '../text/en.js';

/** Typical aspect ratios, in rows. */
const ROWS = [
  [1.5, 0.75, 1.33, 1.78],
  [1, 1.6, 1.5, 0.7],
  [1.78, 1.33, 0.8, 1.4],
];

/** Placeholder for the gallery until the first pictures are loaded. */
export function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" role="status" aria-label={text.gallery.loading}>
      <span class="skeleton-heading" />
      {ROWS.map((aspects, row) => (
        <span key={row} class="skeleton-row">
          {aspects.map((aspect, at) => (
            <span key={at} class="skeleton-card" style={{ flexGrow: String(aspect) }} />
          ))}
        </span>
      ))}
    </div>
  );
}
