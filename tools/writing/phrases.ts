/** A phrase to avoid, and its replacement. */
export interface Phrase {
  /** As shown in the word list of docs/writing.md. */
  readonly not: string;
  readonly but: string;
  /** The refused forms, as a regular expression between word boundaries. Default: `not`, literally. */
  readonly pattern?: string;
}

export const PHRASES: readonly Phrase[] = [
  { not: 'nobody', but: 'no one; better, name who' },
  { not: 'whoever', but: 'anyone who, the person who' },
  { not: 'is had', but: 'is available', pattern: '(?:is|are|was|were|be|been|being) had' },
  { not: 'tells', but: 'says, shows, reports, prints' },
  {
    not: 'is no picture',
    but: 'is not a picture, has no picture',
    pattern: '(?<!there )(?:is|are|was|were) no(?! longer| more| fewer| less| later| better| one)',
  },
  { not: 'that is none', but: 'that is not one', pattern: '(?:is|are|was|were) none' },
  { not: 'for long', but: 'for over two minutes, for a long time', pattern: 'for long(?! enough)' },
  {
    not: 'comes along',
    but: 'follows, is included',
    pattern: '(?:come|comes|came|coming|go|goes|went) along',
  },
  { not: 'is put right', but: 'is corrected', pattern: '(?:put|puts|putting)(?: \\w+)? right' },
  { not: 'in hand', but: 'in progress, in flight' },
  { not: 'on its way', but: 'in flight, in progress', pattern: 'on (?:its|their) way' },
  { not: 'goes on', but: 'continues', pattern: '(?:go|goes|went|going) on' },
  { not: 'goes unnoticed', but: 'is unaffected, is not detected', pattern: 'unnoticed' },
  { not: 'says so', but: 'reports it', pattern: '(?:say|says|said|saying) so' },
  { not: 'stands at', but: 'is at', pattern: '(?:stand|stands|stood|standing) at' },
  { not: 'at fault', but: 'wrong, the cause' },
  { not: 'anew', but: 'again' },
  { not: 'leads there', but: 'redirects to it', pattern: '(?:lead|leads|led) there' },
  {
    not: 'is held against',
    but: 'is checked against, is compared with',
    pattern: '(?:hold|holds|held|holding)(?: \\w+)? against',
  },
  {
    not: 'is taken back',
    but: 'is rolled back, is undone, is reset',
    pattern: '(?:take|takes|took|taken|taking)(?: \\w+)? back',
  },
  { not: 'nothing but', but: 'only' },
  { not: 'of itself', but: 'automatically', pattern: 'of (?:itself|themselves)' },
  { not: 'in words', but: 'in a sentence, as text' },
  { not: 'as it stands', but: 'unchanged, as is', pattern: 'as (?:it|they) stands?' },
  { not: 'is one that', but: '(leave it out)', pattern: '(?:is|are) ones? that' },
  { not: 'is to be', but: 'must be, will be', pattern: '(?:is|are|was|were) to be' },
  { not: 'is the most', but: 'can be up to' },
  { not: 'of ours', but: 'our', pattern: 'of ours' },
  { not: 'lest', but: 'so that … does not' },
  { not: 'and the like', but: 'and similar', pattern: 'the like' },
];
