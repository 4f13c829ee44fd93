import type { Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { Link } from '../components/link.js';
import { Icon } from '../icons/icons.js';
import { parseTags } from '../library/parse-tags.js';
import { text } from '../text/en.js';

/** The tags of a picture. Each links to all pictures with the tag and can be removed. */
export function TagList({ image: { id, tags } }: { image: Image }): JSX.Element {
  const { actions } = useServices();
  const input = useRef<HTMLInputElement>(null);
  const change = (next: readonly string[]) => actions.change(id, { tags: [...next] });
  const add = async () => {
    const added = parseTags(input.current?.value ?? '').filter((tag) => !tags.includes(tag));
    if (added.length > 0 && !(await change([...tags, ...added]))) return;
    if (input.current !== null) input.current.value = '';
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      void add();
    }
    if (event.key === 'Backspace' && input.current?.value === '' && tags.length > 0)
      void change(tags.slice(0, -1));
  };
  return (
    <div class="tags" role="group" aria-label={text.picture.tags}>
      {tags.map((tag) => (
        <span key={tag} class="tag">
          <Link href={`/?tag=${encodeURIComponent(tag)}`} aria-label={text.picture.showTag(tag)}>
            {tag}
          </Link>
          <button
            type="button"
            aria-label={text.picture.removeTag(tag)}
            onClick={() => void change(tags.filter((one) => one !== tag))}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      <input
        ref={input}
        class="tag-input"
        type="text"
        aria-label={text.picture.addTag}
        placeholder={text.picture.tagPlaceholder}
        maxLength={50}
        autocomplete="off"
        onKeyDown={onKeyDown}
        onBlur={() => void add()}
      />
    </div>
  );
}
