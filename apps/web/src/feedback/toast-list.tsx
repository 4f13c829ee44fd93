import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { IconButton } from '../components/icon-button.js';
import { text } from '../text/en.js';
import { focusPage } from './focus-page.js';
import type { Toast } from './toasts.js';

export function ToastList(): JSX.Element {
  const { toasts, selection } = useServices();
  // Above the selection bar.
  const raised = selection.value.ids.size > 0 ? 'is-raised' : '';
  return (
    <section class={`toasts ${raised}`} aria-label={text.toast.region} role="region" aria-live="polite">
      {toasts.all.value.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

/** Stays while the pointer or the focus is on it. */
function ToastView({ toast }: { toast: Toast }): JSX.Element {
  const { toasts } = useServices();
  const { id, message, tone, action, lasts } = toast;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hold = () => clearTimeout(timer.current);
  /** The toast disappears with its buttons, so the focus moves to the page. */
  const leave = (work: () => void) => {
    work();
    focusPage();
  };
  const release = () => {
    hold();
    timer.current = setTimeout(() => toasts.dismiss(id), lasts);
  };
  useEffect(() => {
    release();
    return hold;
  }, []);
  return (
    <div
      class={`toast is-${tone}`}
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocusIn={hold}
      onFocusOut={release}
    >
      <span>{message}</span>
      {action !== null && (
        <button type="button" class="toast-action" onClick={() => leave(() => toasts.act(id))}>
          {action.label}
        </button>
      )}
      <IconButton
        icon="close"
        size={16}
        label={text.toast.dismiss}
        onClick={() => leave(() => toasts.dismiss(id))}
      />
    </div>
  );
}
