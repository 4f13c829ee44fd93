import { parseSync } from 'oxc-parser';
import { keyName, nodesOf, staticText, unwrap, type SyntaxNode } from './syntax-tree.ts';

/** A value of a JSON file with its line. */
export interface PlacedText {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * Returns the texts at `list[].field` of a JSON file. Like tsconfig files, it may contain comments and trailing commas.
 *
 * @returns undefined if the list is missing
 */
export function textsInList(json: string, list: string, field: string): PlacedText[] | undefined {
  const [statement] = parseSync('settings.js', `(${json})`).program.body as unknown as SyntaxNode[];
  const elements = unwrap(property(unwrap(statement?.['expression']), list))?.['elements'];
  if (elements === undefined) return undefined;
  return nodesOf(elements).flatMap((element) => {
    const text = staticText(property(element, field));
    // Subtract 1 for the parenthesis before the text.
    return text === undefined ? [] : [{ text, line: lineAt(json, element.start - 1) }];
  });
}

/** Returns the 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, Math.max(0, offset)).split('\n').length;
}

function property(node: SyntaxNode | undefined, name: string): unknown {
  return nodesOf(node?.['properties']).find((candidate) => keyName(candidate) === name)?.['value'];
}
