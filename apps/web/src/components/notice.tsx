import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from '../icons/icons.js';

interface NoticeProps {
  readonly icon: IconName;
  readonly title: string;
  readonly lead?: string;
  /** Announced at once by screen readers, for an error. */
  readonly alert?: boolean;
  readonly children?: ComponentChildren;
}

/** A message in the middle of the page, shown in place of pictures. */
export function Notice({ icon, title, lead, alert = false, children }: NoticeProps): JSX.Element {
  return (
    <section class="notice" {...(alert && { role: 'alert' })}>
      <span class="notice-icon">
        <Icon name={icon} size={28} />
      </span>
      <h1>{title}</h1>
      {lead !== undefined && <p>{lead}</p>}
      {children !== undefined && <div class="notice-actions">{children}</div>}
    </section>
  );
}
