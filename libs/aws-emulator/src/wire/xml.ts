/** An element of an XML answer. Attributes are kept as text, because nothing reads them. */
export interface XmlElement {
  name: string;
  attributes: string;
  children: (XmlElement | string)[];
}

/** Values that can be written as XML: members in their order, lists as repeated elements. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | XmlElement
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

const TOKEN = /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE[^>]*>|<(\/?)([^\s/>]+)([^>]*?)(\/?)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Parses an answer of moto or a request of an SDK: well-formed XML without CDATA.
 *
 * @throws Error if the text has no element
 */
export function parseXml(text: string): XmlElement {
  const top: XmlElement = { name: '', attributes: '', children: [] };
  const open = [top];
  for (const [, closing, name, attributes = '', selfClosing, words] of text.matchAll(TOKEN)) {
    const here = open.at(-1) ?? top;
    if (words !== undefined) here.children.push(unescapeXml(words));
    else if (closing === '/') open.pop();
    else if (name !== undefined) {
      const element: XmlElement = { name, attributes, children: [] };
      here.children.push(element);
      if (selfClosing !== '/') open.push(element);
    }
  }
  const root = elements(top)[0];
  if (root === undefined) throw new Error(`expected XML, got: ${text.slice(0, 80)}`);
  return root;
}

export function renderXml(element: XmlElement | string): string {
  if (typeof element === 'string') return escapeXml(element);
  const { name, attributes, children } = element;
  return `<${name}${attributes}>${children.map(renderXml).join('')}</${name}>`;
}

/** Creates elements with a name for a value: none for undefined, one for each member of a list. */
export function toXml(name: string, value: XmlValue): XmlElement[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return (value as readonly XmlValue[]).flatMap((one) => toXml(name, one));
  const element: XmlElement = { name, attributes: '', children: [] };
  if (typeof value !== 'object') element.children.push(String(value));
  else if (isElement(value)) return [value];
  else for (const [key, member] of Object.entries(value)) element.children.push(...toXml(key, member));
  return [element];
}

function isElement(value: object): value is XmlElement {
  return 'children' in value && 'attributes' in value && 'name' in value;
}

export function elements(parent: XmlElement): XmlElement[] {
  return parent.children.filter((part) => typeof part !== 'string');
}

export function child(parent: XmlElement, name: string): XmlElement | undefined {
  return elements(parent).find((element) => element.name === name);
}

/** The element and all its descendants, parents first. */
export function descendants(element: XmlElement): XmlElement[] {
  return [element, ...elements(element).flatMap(descendants)];
}

/** The elements at any depth that have all of these as direct children. */
export function withMembers(root: XmlElement, names: readonly string[]): XmlElement[] {
  return descendants(root).filter((element) => names.every((name) => child(element, name) !== undefined));
}

/** The text at the end of a path of names; empty if a name is missing. */
export function textAt(element: XmlElement, ...path: string[]): string {
  const end = path.reduce<XmlElement | undefined>((at, name) => at && child(at, name), element);
  return end?.children.filter((part) => typeof part === 'string').join('') ?? '';
}

/** Sets the text of a direct child and creates the child if it is missing. */
export function setText(element: XmlElement, name: string, text: string): void {
  const existing = child(element, name);
  if (existing) existing.children = [text];
  else element.children.push(...toXml(name, text));
}

/** Removes elements at any depth below `root`. */
export function removeElements(root: XmlElement, unwanted: ReadonlySet<XmlElement>): void {
  root.children = root.children.filter((part) => typeof part === 'string' || !unwanted.has(part));
  for (const element of elements(root)) removeElements(element, unwanted);
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function unescapeXml(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-fA-F]+|\w+);/g, (whole, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
    if (entity.startsWith('#')) return String.fromCodePoint(Number.parseInt(entity.slice(1), 10));
    return ENTITIES[entity] ?? whole;
  });
}
