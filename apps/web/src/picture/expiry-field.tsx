import type { Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';
import { formatDistance, formatMoment } from '../text/format.js';

/** Shows and changes when the picture is deleted automatically. */
export function ExpiryField({ image: { id, expiresAt } }: { image: Image }): JSX.Element {
  const { actions } = useServices();
  const expires = expiresAt === null ? null : new Date(expiresAt);
  const onChange = (event: { currentTarget: HTMLSelectElement }) => {
    const { value } = event.currentTarget;
    if (value !== '') void actions.change(id, { expiresIn: value === 'never' ? null : Number(value) });
    event.currentTarget.value = '';
  };
  return (
    <div class="expiry">
      <Icon name="clock" size={18} />
      <div class="expiry-text">
        <strong>
          {expires === null ? text.expiry.never : text.expiry.at(formatDistance(expires, new Date()))}
        </strong>
        {expires !== null && <span class="hint">{formatMoment(expires)}</span>}
      </div>
      <select class="select" aria-label={text.expiry.title} value="" onChange={onChange}>
        <option value="">{expires === null ? text.expiry.set : text.expiry.keep}</option>
        {text.expiry.choices.map(({ seconds, label }) => (
          <option key={seconds} value={seconds}>
            {label}
          </option>
        ))}
        {expires !== null && <option value="never">{text.expiry.clear}</option>}
      </select>
    </div>
  );
}
