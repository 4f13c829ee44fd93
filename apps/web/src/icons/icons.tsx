import type { JSX } from 'preact';

/** Paths on a 24 × 24 grid, drawn with one line width. */
const PATHS = {
  upload: 'M12 16V4m0 0L7 9m5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3',
  download: 'M12 4v12m0 0 5-5m-5 5-5-5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3',
  search: 'm20 20-4.2-4.2M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  retry: 'M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6',
  trash: 'M4 7h16M9 7V4h6v3m-8.5 0 .8 12.1a1 1 0 0 0 1 .9h7.4a1 1 0 0 0 1-.9L17.5 7M10 11v5m4-5v5',
  tag: 'M4 5v6.2a1 1 0 0 0 .3.7l7.8 7.8a1 1 0 0 0 1.4 0l6.2-6.2a1 1 0 0 0 0-1.4L11.9 4.3a1 1 0 0 0-.7-.3H5a1 1 0 0 0-1 1Zm4.5 3.5h.01',
  info: 'M12 11v5m0-8.5v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  back: 'm14 6-6 6 6 6',
  forward: 'm10 6 6 6-6 6',
  up: 'm6 15 6-6 6 6',
  down: 'm6 9 6 6 6-6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V5a1 1 0 0 1 1-1h4m6 0h4a1 1 0 0 1 1 1v4m0 6v4a1 1 0 0 1-1 1h-4m-6 0H5a1 1 0 0 1-1-1v-4',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1',
  clock: 'M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  warning:
    'M12 9v4m0 3.5v.01M10.3 4.4 2.9 17.2A2 2 0 0 0 4.6 20h14.8a2 2 0 0 0 1.7-2.8L13.7 4.4a2 2 0 0 0-3.4 0Z',
  shield: 'M12 3 5 6v5c0 4.6 2.9 8.4 7 10 4.1-1.6 7-5.4 7-10V6l-7-3Zm0 6v4m0 3v.01',
  camera:
    'M4 8.5a1 1 0 0 1 1-1h2.6l1.5-2.6a1 1 0 0 1 .9-.5h4a1 1 0 0 1 .9.5l1.5 2.6H19a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V8.5Zm11 4.5a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
  folder: 'M4 6a1 1 0 0 1 1-1h4.6l2 2.5H19a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6Z',
  picture:
    'M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1Zm-1 12 4.5-4.5 4 4 2.5-2.5 5 5M15.5 8.5h.01',
  pulse: 'M3 12h4l3-7 4 14 3-7h4',
  leave: 'M14 4h5a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-5M10 8l-4 4 4 4m-4-4h9',
  offline:
    'M3 3l18 18M8.5 8.9A11 11 0 0 0 4.6 11m3 3.2A7 7 0 0 1 11 12.6m1-5.1c3 0 5.600 1.100 7.400 3.500M12 18h.01',
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon. The text beside it, or the name of its button, carries the meaning. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The logo: a print under a safelight. */
export function Mark({ size = 28 }: { size?: number }): JSX.Element {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="mark-ground" x="1" y="1" width="30" height="30" rx="9" />
      <circle class="mark-light" cx="20.500" cy="12" r="4.500" />
      <path
        class="mark-hill"
        d="M5 24.500 11.300 16a1.500 1.500 0 0 1 2.400 0l3.500 4.700 1.900-2.300a1.500 1.500 0 0 1 2.300 0L27 24.500A3 3 0 0 1 24 27H8a3 3 0 0 1-3-2.500Z"
      />
    </svg>
  );
}
