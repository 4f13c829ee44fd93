import {
  identifierName,
  keyName,
  moduleExportName,
  nodesOf,
  staticText,
  unwrap,
  walk,
  type SyntaxNode,
} from './syntax-tree.ts';

/** A module that a file imports, in any syntax. */
export interface ImportedModule {
  /** Undefined if computed at run time. */
  readonly specifier: string | undefined;
  readonly offset: number;
  /** Exports imported as values; undefined for all of them, as with `import *`. */
  readonly values: readonly string[] | undefined;
}

/** Returns every module that a program imports: static and dynamic imports, re-exports, types and `require`. */
export function importedModules(program: SyntaxNode): ImportedModule[] {
  const requireNames = namesOfRequire(program);
  const modules: ImportedModule[] = [];
  for (const { node } of walk(program)) {
    const source = moduleSource(node, requireNames);
    if (source !== undefined)
      modules.push({ specifier: staticText(source), offset: node.start, values: valuesOf(node) });
  }
  return modules;
}

function moduleSource(node: SyntaxNode, requireNames: ReadonlySet<string>): SyntaxNode | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return unwrap(node['source']);
    case 'TSExternalModuleReference':
      return unwrap(node['expression']);
    case 'CallExpression':
      return resolvesModule(unwrap(node['callee']), requireNames) ? nodesOf(node['arguments'])[0] : undefined;
    default:
      return undefined;
  }
}

/** The exports that a declaration imports as values. Every other syntax imports the whole module. */
function valuesOf(node: SyntaxNode): readonly string[] | undefined {
  if (node.type === 'TSImportType') return [];
  if (node['importKind'] === 'type' || node['exportKind'] === 'type') return [];
  if (node.type !== 'ImportDeclaration' && node.type !== 'ExportNamedDeclaration') return undefined;
  const names = nodesOf(node['specifiers'])
    .filter((specifier) => specifier['importKind'] !== 'type' && specifier['exportKind'] !== 'type')
    .map((specifier) => moduleExportName(specifier['imported'] ?? specifier['local']));
  const whole = nodesOf(node['specifiers']).some(({ type }) => WHOLE_MODULE.has(type));
  return whole ? undefined : names.filter((name) => name !== undefined);
}

/** The default export of a CommonJS package is the package. */
const WHOLE_MODULE = new Set(['ImportNamespaceSpecifier', 'ImportDefaultSpecifier']);

/** `require(…)`, `require.resolve(…)`, `import.meta.resolve(…)`. */
function resolvesModule(callee: SyntaxNode | undefined, requireNames: ReadonlySet<string>): boolean {
  const name = identifierName(callee);
  if (name !== undefined) return requireNames.has(name);
  if (callee?.type === 'CallExpression') return identifierName(callee['callee']) === 'createRequire';
  if (callee?.type !== 'MemberExpression' || keyName(callee) !== 'resolve') return false;
  const object = unwrap(callee['object']);
  return object?.type === 'MetaProperty' || requireNames.has(identifierName(object) ?? '');
}

/** `require`, and variables that hold the result of `createRequire`. */
function namesOfRequire(program: SyntaxNode): ReadonlySet<string> {
  const names = new Set(['require']);
  for (const { node } of walk(program)) {
    if (node.type !== 'VariableDeclarator') continue;
    const init = unwrap(node['init']);
    const name = identifierName(node['id']);
    if (init?.type === 'CallExpression' && identifierName(init['callee']) === 'createRequire' && name) {
      names.add(name);
    }
  }
  return names;
}
