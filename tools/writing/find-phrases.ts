import { PHRASES, type Phrase } from './phrases.ts';

export interface Found {
  readonly line: number;
  readonly text: string;
  readonly phrase: Phrase;
}

/** A line that has to quote a phrase ends with a comment that says this. */
const QUOTED = 'writing: quoted';

/** Between two words: a space, or the end of a line with the mark that begins the next line of a comment. */
const GAP = String.raw`(?:[ \t]+|[ \t]*\r?\n[ \t]*(?:\*|\/\/|#|>)?[ \t]*)`;

const COMPILED = PHRASES.map((phrase) => ({
  phrase,
  pattern: new RegExp(String.raw`\b(?:${(phrase.pattern ?? phrase.not).replaceAll(' ', GAP)})\b`, 'gi'),
}));

/** Finds the phrases of the word list in a text, in the order of their lines; a phrase may run over the end of a line. */
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
