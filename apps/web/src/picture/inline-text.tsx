import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { text } from '../text/en.js';

/** The most characters (code points) that the api accepts; UTF-16 units, which the browser counts, are never fewer. */
const MAX_LENGTH = { title: 200, caption: 2_000 };

interface InlineTextProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly kind: keyof typeof MAX_LENGTH;
  /** @returns whether it was saved */
  readonly onSave: (value: string) => Promise<boolean>;
}

/** A text that is edited in place. Enter or leaving the field saves, Escape undoes the edit. */
export function InlineText({ label, placeholder, value, kind, onSave }: InlineTextProps): JSX.Element {
  const { announcer } = useServices();
  const field = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? value;
  useGrowing(field, shown);
  const save = async () => {
    if (draft === null) return;
    if (draft.trim() === value || (await onSave(draft))) setDraft(null);
    if (draft.trim() !== value) announcer.say(text.toast.saved);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (kind === 'title' || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.current?.blur();
    }
    if (event.key === 'Escape' && draft !== null) {
      event.preventDefault();
      setDraft(null);
    }
  };
  return (
    <textarea
      ref={field}
      class={`inline-text is-${kind}`}
      rows={1}
      aria-label={label}
      placeholder={placeholder}
      maxLength={MAX_LENGTH[kind]}
      value={shown}
      onInput={(event) =>
        setDraft(
          kind === 'title' ? event.currentTarget.value.replaceAll('\n', ' ') : event.currentTarget.value,
        )
      }
      onKeyDown={onKeyDown}
      onBlur={() => void save()}
    />
  );
}

/** Grows the field with its text. */
function useGrowing(field: { current: HTMLTextAreaElement | null }, shown: string): void {
  useEffect(() => {
    const { current } = field;
    if (current === null) return;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight + 2}px`;
  }, [shown]);
}
