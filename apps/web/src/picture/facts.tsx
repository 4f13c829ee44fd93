import { findInputFormat, type Image } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { text } from '../text/en.js';
import { formatBytes, formatMoment, formatNumber, formatTakenAt } from '../text/format.js';

/** The facts about the original. */
export function Facts({ image }: { image: Image }): JSX.Element {
  return (
    <section class="facts" aria-label={text.picture.facts}>
      <h2>{text.picture.facts}</h2>
      <dl>
        {factsOf(image).map(([name, value]) => (
          <div key={name} class="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Only the facts that are known. */
function factsOf(image: Image): [name: string, value: string][] {
  const { width, height, facts, filename, contentType, bytes, createdAt } = image;
  const format = findInputFormat(contentType)?.name ?? contentType;
  const all: [string, string | null | undefined | false][] = [
    [text.picture.file, filename],
    [text.picture.bytes, `${format} · ${formatBytes(bytes)}`],
    [text.picture.size, width !== null && height !== null && dimensions(width, height)],
    [text.picture.taken, facts?.takenAt && formatTakenAt(facts.takenAt)],
    [text.picture.camera, facts?.camera],
    [text.picture.profile, facts?.colourProfile],
    [text.picture.frames, facts?.frames != null && facts.frames > 1 && formatNumber(facts.frames)],
    [text.picture.uploaded, formatMoment(new Date(createdAt))],
  ];
  return all.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []));
}

/** Small pictures get no megapixels: the figure means nothing for them. */
function dimensions(width: number, height: number): string {
  const pixels = text.picture.pixels(width, height);
  return width * height < 500_000 ? pixels : `${pixels} · ${text.picture.megapixels(width, height)}`;
}
