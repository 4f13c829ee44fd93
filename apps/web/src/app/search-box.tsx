import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';
import { useServices } from './services.js';

/** Milliseconds between the last keystroke and the search. */
const SETTLE = 180;
/** The most characters that the api accepts. */
const MAX_LENGTH = 200;

/** Searches as you type. The `/` key focuses it from anywhere. */
export function SearchBox(): JSX.Element {
  const { router } = useServices();
  const { q } = router.filter.value;
  const [typed, setTyped] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const search = (words: string) => {
    setTyped(words);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => router.setFilter({ ...router.filter.value, q: words }), SETTLE);
  };
  // The address changed elsewhere: back, forward, or cleared filters.
  useEffect(() => {
    if (q.trim() !== typed.trim()) setTyped(q);
  }, [q]);
  useSlashKey(input);
  return (
    <search class="search">
      <Icon name="search" size={18} />
      <input
        ref={input}
        type="search"
        aria-label={text.filter.search}
        placeholder={text.filter.placeholder}
        maxLength={MAX_LENGTH}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && search('')}
      />
      {typed !== '' && (
        <button
          type="button"
          class="search-clear"
          aria-label={text.filter.clear}
          onClick={() => (search(''), input.current?.focus())}
        >
          <Icon name="close" size={16} />
        </button>
      )}
    </search>
  );
}

function useSlashKey(input: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== '/' || target.closest('input, textarea, select, [role=dialog]') !== null) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
