import { PHRASES, type Phrase } from './phrases.ts';

export interface Found {
  readonly line: number;
  readonly text: string;
  readonly phrase: Phrase;
}

/** The comment at the end of a line that must quote a phrase. */
const QUOTED = 'writing: quoted';

/** The gap between two words: spaces, or the end of a line and the comment mark of the next line. */
const GAP = String.raw`(?:[ \t]+|[ \t]*\r?\n[ \t]*(?:\*|\/\/|#|>)?[ \t]*)`;

const COMPILED = PHRASES.map((phrase) => ({
  phrase,
  pattern: new RegExp(String.raw`\b(?:${(phrase.pattern ?? phrase.not).replaceAll(' ', GAP)})\b`, 'gi'),
}));

/** Finds the phrases of the word list in a text, in the order of lines. A phrase may continue on the next line. */
export function findPhrases(text: string): Found[] {
  const lines = text.split('\n');
  const found = COMPILED.flatMap(({ phrase, pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({
      line: text.slice(0, match.index).split('\n').length,
      text: match[0].replaceAll(/\s+/g, ' '),
      phrase,
    })),
  );
  return found.filter(({ line }) => !lines[line - 1]?.includes(QUOTED)).toSorted((a, b) => a.line - b.line);
}
