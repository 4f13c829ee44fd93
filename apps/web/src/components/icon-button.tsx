import type { JSX } from 'preact';
import { Icon, type IconName } from '../icons/icons.js';

interface IconButtonProps {
  readonly icon: IconName;
  /** Accessible name and tooltip. */
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly disabled?: boolean;
  readonly class?: string;
  readonly size?: number;
}

export function IconButton({
  icon,
  label,
  onClick,
  pressed,
  expanded,
  disabled,
  size,
  ...rest
}: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class={`icon-button ${rest.class ?? ''}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} {...(size !== undefined && { size })} />
    </button>
  );
}
