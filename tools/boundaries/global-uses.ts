import { isGlobalObject } from './environment-reads.ts';
import {
  identifierName,
  keyName,
  nodesOf,
  unwrap,
  walk,
  type Place,
  type SyntaxNode,
} from './syntax-tree.ts';

export interface GlobalUse {
  readonly name: string;
  readonly offset: number;
}

/** Returns where a program uses one of `names` as a global, as a value or as a type. */
export function globalUses(program: SyntaxNode, names: readonly string[]): GlobalUse[] {
  const declared = declaredNames(program);
  const uses: GlobalUse[] = [];
  for (const place of walk(program)) {
    const name = usedName(place, declared);
    if (name !== undefined && names.includes(name)) uses.push({ name, offset: place.node.start });
  }
  return uses;
}

function usedName(place: Place, declared: ReadonlySet<string>): string | undefined {
  const { node } = place;
  if (node.type === 'MemberExpression' && isGlobalObject(node['object'])) return keyName(node);
  if (node.type !== 'Identifier' || isMemberName(place)) return undefined;
  const name = identifierName(node);
  return name === undefined || declared.has(name) ? undefined : name;
}

/** Whether an identifier names a member or a label, not a variable. */
function isMemberName({ node, parent, field }: Place): boolean {
  if (parent === undefined) return false;
  const computed = parent['computed'] === true;
  switch (parent.type) {
    case 'MemberExpression':
      return field === 'property' && !computed;
    case 'TSQualifiedName':
      return field === 'right';
    case 'TSImportType':
    case 'MetaProperty':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return node.type === 'Identifier' && field !== 'body';
    case 'ImportSpecifier':
    case 'ExportSpecifier':
      return true;
    case 'TSEnumMember':
      return field === 'id';
    default:
      return field === 'key' && !computed;
  }
}

/**
 * Returns the names that a program declares anywhere. Scopes are ignored: in a file with a parameter `process`, every
 * `process` counts as that parameter.
 */
function declaredNames(program: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { node, parent } of walk(program)) {
    // `declare const Buffer: …` declares the type of a global, not a variable.
    if (node['declare'] === true || parent?.['declare'] === true) continue;
    for (const binding of bindingsOf(node)) addBoundNames(binding, names);
  }
  return names;
}

function bindingsOf(node: SyntaxNode): SyntaxNode[] {
  if (/^Import.*Specifier$/.test(node.type)) return nodesOf(node['local']);
  if (node.type === 'CatchClause') return nodesOf(node['param']);
  const named = /Declarator$|Declaration$|^ClassExpression$|^FunctionExpression$/.test(node.type);
  return [...(named ? nodesOf(node['id']) : []), ...nodesOf(node['params'])];
}

function addBoundNames(binding: SyntaxNode, names: Set<string>): void {
  const pattern = unwrap(binding);
  const name = identifierName(pattern);
  if (name !== undefined) names.add(name);
  for (const field of ['elements', 'properties', 'value', 'left', 'argument', 'parameter']) {
    for (const inner of nodesOf(pattern?.[field])) addBoundNames(inner, names);
  }
}
