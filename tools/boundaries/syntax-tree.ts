import { visitorKeys } from 'oxc-parser';

/** A generic node of the ESTree that oxc-parser returns. Checks read only the fields that they know. */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets into the source text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A node with its position in the tree. */
export interface Place {
  readonly node: SyntaxNode;
  readonly parent: SyntaxNode | undefined;
  /** Field of the parent that holds the node. */
  readonly field: string;
}

/** Whether a field of a node is a node. */
function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Returns the nodes in a field, one or several. */
export function nodesOf(value: unknown): SyntaxNode[] {
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

/** Yields `root` and all its descendants, parents first. */
export function* walk(root: SyntaxNode, parent?: SyntaxNode, field = ''): Generator<Place> {
  yield { node: root, parent, field };
  for (const key of visitorKeys[root.type] ?? []) {
    for (const child of nodesOf(root[key])) yield* walk(child, root, key);
  }
}

/** Returns a node without wrappers such as casts, parentheses and `await`. */
export function unwrap(value: unknown): SyntaxNode | undefined {
  if (!isNode(value)) return undefined;
  switch (value.type) {
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      return unwrap(value['expression']);
    case 'AwaitExpression':
      return unwrap(value['argument']);
    default:
      return value;
  }
}

/** Returns the text of a string literal or of a template without expressions. */
export function staticText(value: unknown): string | undefined {
  const node = unwrap(value);
  if (node?.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node?.type !== 'TemplateLiteral' || nodesOf(node['expressions']).length > 0) return undefined;
  const [quasi] = nodesOf(node['quasis']);
  const cooked = quasi?.['value'];
  if (typeof cooked !== 'object' || cooked === null || !('cooked' in cooked)) return undefined;
  return typeof cooked.cooked === 'string' ? cooked.cooked : undefined;
}

/** Returns the name of an identifier. */
export function identifierName(value: unknown): string | undefined {
  const node = unwrap(value);
  return node?.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : undefined;
}

/** Returns the key of a member expression or a property, or undefined if it is computed at run time. */
export function keyName(node: SyntaxNode): string | undefined {
  const key = node.type === 'MemberExpression' ? node['property'] : node['key'];
  return node['computed'] === true ? staticText(key) : (identifierName(key) ?? staticText(key));
}

/** Returns the name of an import or export, which may be an identifier or a string. */
export function moduleExportName(value: unknown): string | undefined {
  return identifierName(value) ?? staticText(value);
}
