import { formatNumber } from './format.js';

/** The forms of a phrase; languages have from one to six of these categories. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/**
 * Picks the form for a count by the rules of a language and replaces `#` with the count.
 *
 * @param language - the language of the phrase, not of the browser
 */
export function plural(language: string, count: number, forms: PluralForms): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return form.replace('#', formatNumber(count));
}
