import {
  identifierName,
  keyName,
  nodesOf,
  staticText,
  unwrap,
  walk,
  type SyntaxNode,
} from './syntax-tree.ts';

/** A module that a file names, by whatever syntax. */
export interface ImportedModule {
  /** Undefined where it is computed at run time. */
  readonly specifier: string | undefined;
  readonly offset: number;
}

/** Returns every module that a program names: static and dynamic imports, re-exports, types and `require`. */
export function importedModules(program: SyntaxNode): ImportedModule[] {
  const requireNames = namesOfRequire(program);
  const modules: ImportedModule[] = [];
  for (const { node } of walk(program)) {
    const source = moduleSource(node, requireNames);
    if (source !== undefined) modules.push({ specifier: staticText(source), offset: node.start });
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

/** `require(…)`, `require.resolve(…)`, `import.meta.resolve(…)`. */
function resolvesModule(callee: SyntaxNode | undefined, requireNames: ReadonlySet<string>): boolean {
  const name = identifierName(callee);
  if (name !== undefined) return requireNames.has(name);
  if (callee?.type === 'CallExpression') return identifierName(callee['callee']) === 'createRequire';
  if (callee?.type !== 'MemberExpression' || keyName(callee) !== 'resolve') return false;
  const object = unwrap(callee['object']);
  return object?.type === 'MetaProperty' || requireNames.has(identifierName(object) ?? '');
}

/** `require` and what `createRequire` was assigned to. */
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
