import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { IconButton } from '../components/icon-button.js';
import { text } from '../text/en.js';

/** Copies an absolute link to the clipboard. */
export function CopyLink({ url, what }: { url: string; what: string }): JSX.Element {
  const { toasts } = useServices();
  const copy = () =>
    void copyText(new URL(url, location.href).href)
      .then(() => toasts.show(text.toast.copied))
      .catch(() => toasts.show(text.toast.copyFailed, { tone: 'bad' }));
  return <IconButton icon="link" size={18} label={text.picture.copy(what)} onClick={copy} />;
}

/** Pages without TLS have no clipboard API, so they use the older `execCommand`. */
async function copyText(value: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(value);
  const field = document.createElement('textarea');
  field.value = value;
  field.className = 'visually-hidden';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (!copied) throw new Error('The browser blocked copying.');
}
