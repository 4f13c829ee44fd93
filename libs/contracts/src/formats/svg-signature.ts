const NAMESPACE = 'http://www.w3.org/2000/svg';
/** The document type, with its internal subset, in which Illustrator declares entities. */
const DOCTYPE = /^<!DOCTYPE\s+(?:[\w-]+:)?svg\b[^[>]*(?:\[[^\]]*\]\s*)?>/i;
const ROOT = /^<(?:[\w-]+:)?svg[\s/>]/;

/**
 * Recognizes an SVG: the root element is `svg`, in its namespace. Before it, XML allows a declaration, processing
 * instructions, comments and a document type. HTML that contains an SVG has another root. A compressed SVG (SVGZ) is
 * only a gzip by its content, and is not recognized.
 */
export function isSvg(head: Uint8Array): boolean {
  const text = textOf(head);
  // Where it stands does not matter: Illustrator names it in an entity of the document type.
  return text !== null && text.includes(NAMESPACE) && ROOT.test(withoutProlog(text));
}

function withoutProlog(text: string): string {
  for (let rest = text; ;) {
    rest = rest.trimStart();
    const length = prologPart(rest);
    if (length === 0) return rest;
    rest = rest.slice(length);
  }
}

/** The length of the part of a prolog that the text begins with; 0 when it begins with another. */
function prologPart(text: string): number {
  for (const [begin, end] of [
    ['<?', '?>'],
    ['<!--', '-->'],
  ] as const) {
    if (text.startsWith(begin)) return (text.indexOf(end, begin.length) + 1 || text.length) + end.length - 1;
  }
  return DOCTYPE.exec(text)?.[0].length ?? 0;
}

/**
 * Reads the first bytes as text. Markup is ASCII in every encoding that XML is written in, apart from UTF-16.
 *
 * @returns null when they do not begin like XML
 */
function textOf(head: Uint8Array): string | null {
  const [first, second, third] = head;
  if (first === 0xff && second === 0xfe) return characters(head.subarray(2), 2, 0);
  if (first === 0xfe && second === 0xff) return characters(head.subarray(2), 2, 1);
  const start = first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
  const text = characters(head.subarray(start), 1, 0);
  return /^\s*</.test(text) ? text : null;
}

/** Each `step` bytes are a character, of which only the byte at `at` is read. */
function characters(bytes: Uint8Array, step: number, at: number): string {
  let text = '';
  for (let index = at; index < bytes.length; index += step) text += String.fromCharCode(bytes[index] ?? 0);
  return text;
}
