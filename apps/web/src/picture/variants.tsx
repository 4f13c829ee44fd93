import { firstFormat, type Image, outputFormats, type Variant } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { Icon } from '../icons/icons.js';
import { isFailed } from '../library/failed-images.js';
import { text } from '../text/en.js';
import { formatBytes } from '../text/format.js';
import { CopyLink } from './copy-link.js';
import { savingsOf } from './savings.js';

/** The available sizes, with links. A failed picture has none. */
export function Variants({ image }: { image: Image }): JSX.Element | null {
  const { variants, status } = image;
  if (variants.length === 0 && isFailed(image)) return null;
  const sorted = variants.toSorted(
    (one, other) =>
      other.width - one.width || rankOf(one) - rankOf(other) || one.format.localeCompare(other.format),
  );
  return (
    <section class="variants" aria-label={text.picture.variants}>
      <h2>{text.picture.variants}</h2>
      <Saved image={image} />
      {sorted.length === 0 ? (
        <p class="hint">{text.picture.noVariants}</p>
      ) : (
        <table aria-label={text.picture.variants}>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{text.picture.variant}</th>
              <th scope="col">{text.picture.format}</th>
              <th scope="col">{text.picture.bytesColumn}</th>
              <th scope="col">{text.picture.links}</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((variant) => (
              <Row key={`${variant.name}.${variant.format}`} id={image.id} variant={variant} />
            ))}
          </tbody>
        </table>
      )}
      {sorted.length > 0 && <p class="hint">{text.picture.linksHint}</p>}
      {status === 'ready' && variants.every(({ format }) => format === firstFormat) && (
        <p class="hint">{text.picture.moreFormats}</p>
      )}
    </section>
  );
}

/** Sorts the larger size first when several sizes of a small original have the same width. */
function rankOf({ name }: Variant): number {
  return -Object.keys(text.picture.variantNames).indexOf(name);
}

function labelOf({ name, format }: Variant): string {
  return `${text.picture.variantNames[name] ?? name} ${outputFormats[format].name}`;
}

function Row({ id, variant }: { id: string; variant: Variant }): JSX.Element {
  const { name, format, width, height, bytes, url } = variant;
  const file = `/api/images/${id}/download?variant=${name}.${format}`;
  const size = text.picture.variantNames[name] ?? name;
  const what = labelOf(variant);
  return (
    <tr>
      <th scope="row">
        {size}
        <span class="hint">{text.picture.pixels(width, height)}</span>
      </th>
      <td>
        <span class={`format is-${format}`}>{outputFormats[format].name}</span>
      </td>
      <td class="weight">{formatBytes(bytes)}</td>
      <td class="variant-links">
        <CopyLink url={url} what={what} />
        <a
          class="icon-button"
          href={file}
          download=""
          aria-label={text.picture.download(what)}
          title={text.picture.download(what)}
        >
          <Icon name="download" size={18} />
        </a>
      </td>
    </tr>
  );
}

function Saved({ image }: { image: Image }): JSX.Element | null {
  const savings = savingsOf(image);
  if (savings === null) return null;
  const { variant, share } = savings;
  return (
    <div class="saved">
      <strong>{text.picture.saved(share)}</strong>
      <span class="saved-bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${1 - share})` }} />
      </span>
      <p class="hint">
        {text.picture.savedLead(labelOf(variant), formatBytes(variant.bytes), formatBytes(image.bytes))}
      </p>
    </div>
  );
}
