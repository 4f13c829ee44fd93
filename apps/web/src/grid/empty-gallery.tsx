import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { text } from '../text/en.js';
import { FileButton } from '../uploads/upload-button.js';

/** Shown to a new user: how to upload the first pictures. */
export function EmptyGallery(): JSX.Element {
  const { uploader } = useServices();
  return (
    <section class="empty">
      <DryingLine />
      <h2>{text.gallery.emptyTitle}</h2>
      <p>{text.gallery.emptyLead}</p>
      <div class="empty-actions">
        <FileButton class="button is-primary is-large" icon="upload" label={text.upload.choose} />
        <span class="on-touch">
          <FileButton class="button is-large" icon="camera" label={text.upload.camera} camera />
        </span>
      </div>
      <p class="hint">{text.gallery.formats(uploader.limits.value?.maxBytes ?? null)}</p>
    </section>
  );
}

/** Drawing of prints that dry on a line under a safelight. */
function DryingLine(): JSX.Element {
  return (
    <svg class="drying" viewBox="0 0 360 150" aria-hidden="true" focusable="false">
      <radialGradient id="glow">
        <stop class="drying-glow-in" offset="0" />
        <stop class="drying-glow-out" offset="1" />
      </radialGradient>
      <circle cx="180" cy="60" r="170" fill="url(#glow)" />
      <path class="drying-line" d="M8 34Q180 62 352 34" />
      <Print x={52} y={45} tilt={-4}>
        <path class="drying-shape" d="M8 60 26 36l13 16 8-9 13 17v8H8Z" />
        <circle class="drying-sun" cx="46" cy="22" r="6" />
      </Print>
      <Print x={146} y={51} tilt={1} accent>
        <circle class="drying-face" cx="34" cy="32" r="12" />
        <path class="drying-face" d="M10 68c2-13 11-20 24-20s22 7 24 20Z" />
      </Print>
      <Print x={240} y={46} tilt={5}>
        <path class="drying-shape" d="M8 68V46c9-7 17-7 26 0s17 7 26 0v22Z" />
        <path class="drying-sun" d="M34 12v22M24 30l10-18 10 18Z" />
      </Print>
    </svg>
  );
}

interface PrintProps {
  readonly x: number;
  readonly y: number;
  readonly tilt: number;
  readonly accent?: boolean;
  readonly children: JSX.Element | JSX.Element[];
}

function Print({ x, y, tilt, accent = false, children }: PrintProps): JSX.Element {
  return (
    <g transform={`translate(${x} ${y}) rotate(${tilt} 34 0)`}>
      <rect class={`drying-paper ${accent ? 'is-accent' : ''}`} width="68" height="88" rx="4" />
      <rect class="drying-image" x="6" y="6" width="56" height="64" rx="2" />
      {children}
      <rect class="drying-peg" x="31" y="-10" width="6" height="18" rx="2" />
    </g>
  );
}
