import type { ComponentChildren, HTMLAttributes, JSX } from 'preact';
import { useServices } from '../app/services.js';

interface LinkProps extends Omit<HTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick' | 'role'> {
  readonly href: string;
  readonly 'aria-current'?: 'page' | undefined;
  readonly children?: ComponentChildren;
}

/** A link inside the page. With Ctrl, Shift or the middle button, the browser opens it as usual. */
export function Link({ href, children, ...rest }: LinkProps): JSX.Element {
  const { router } = useServices();
  const onClick = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    router.go(href);
  };
  return (
    <a href={href} onClick={onClick} {...rest}>
      {children}
    </a>
  );
}

export function isPlainClick(event: MouseEvent): boolean {
  const { button, metaKey, ctrlKey, shiftKey, altKey } = event;
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;
}
