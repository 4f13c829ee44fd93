import type { Variant } from '@darkroom/contracts';
import type { GenericEventHandler, JSX } from 'preact';
import { sourcesOf } from './sources.js';

interface VariantPictureProps {
  readonly variants: readonly Variant[];
  /** As of `<img>`: how wide it is shown. */
  readonly sizes: string;
  readonly class: string;
  readonly alt: string;
  readonly decoding?: 'async' | 'auto';
  readonly onLoad: GenericEventHandler<HTMLImageElement>;
  readonly onError: GenericEventHandler<HTMLImageElement>;
}

/** A picture in every format that it has been made in, for the browser to choose. */
export function VariantPicture(props: VariantPictureProps): JSX.Element {
  const { variants, sizes, decoding = 'auto', alt, onLoad, onError } = props;
  const { sources, srcset, fallback } = sourcesOf(variants);
  return (
    <picture>
      {sources.map((source) => (
        <source key={source.type} type={source.type} srcset={source.srcset} sizes={sizes} />
      ))}
      <img
        class={props.class}
        srcset={srcset}
        sizes={sizes}
        src={fallback}
        alt={alt}
        decoding={decoding}
        draggable={false}
        onLoad={onLoad}
        onError={onError}
      />
    </picture>
  );
}
