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

const PROCESS_MODULES: ReadonlySet<string> = new Set(['process', 'node:process']);
const GLOBAL_NAMES: ReadonlySet<string> = new Set(['globalThis', 'global', 'self', 'window']);

/** Returns whether an expression is the global object. */
export function isGlobalObject(value: unknown): boolean {
  const node = unwrap(value);
  if (node?.type === 'MemberExpression') {
    return isGlobalObject(node['object']) && GLOBAL_NAMES.has(keyName(node) ?? '');
  }
  return GLOBAL_NAMES.has(identifierName(node) ?? '');
}

/**
 * Returns the offsets where a program reads `process.env`. `process` may be the global, a property of the global object,
 * an import, the result of `require`, or a variable that holds one of these. A key computed at run time counts as a read,
 * because it may be `env`.
 */
export function environmentReads(program: SyntaxNode): number[] {
  const scan = new EnvironmentScan();
  // A variable may be used above its declaration, so the scan repeats until it finds no further aliases.
  let known = -1;
  while (known !== scan.aliases.size) {
    known = scan.aliases.size;
    for (const { node } of walk(program)) scan.visit(node);
  }
  return [...scan.reads];
}

class EnvironmentScan {
  readonly aliases = new Set(['process']);
  readonly reads = new Set<number>();

  visit(node: SyntaxNode): void {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        this.#visitModule(node);
        return;
      case 'MemberExpression':
        if (this.#isProcess(node['object']) && mayBeEnv(keyName(node))) this.reads.add(node.start);
        return;
      case 'SpreadElement':
        if (this.#isProcess(node['argument'])) this.reads.add(node.start);
        return;
      case 'VariableDeclarator':
        this.#bind(node['id'], node['init']);
        return;
      case 'AssignmentExpression':
      case 'AssignmentPattern':
        this.#bind(node['left'], node['right']);
        return;
    }
  }

  #visitModule(node: SyntaxNode): void {
    if (!PROCESS_MODULES.has(staticText(node['source']) ?? '')) return;
    if (node.type === 'ExportAllDeclaration') this.reads.add(node.start);
    for (const specifier of nodesOf(node['specifiers'])) {
      const name = moduleExportName(
        node.type === 'ImportDeclaration' ? specifier['imported'] : specifier['local'],
      );
      if (name === 'env') this.reads.add(node.start);
      // A default import, a namespace import and `{ default as x }` all hold the whole object.
      if (name === undefined || name === 'default') this.#alias(identifierName(specifier['local']));
    }
  }

  #bind(target: unknown, value: unknown): void {
    if (this.#isProcess(value)) this.#bindProcess(target);
    else if (isGlobalObject(value)) this.#bindGlobal(target);
  }

  #bindProcess(target: unknown): void {
    const pattern = unwrap(target);
    this.#alias(identifierName(pattern));
    if (pattern?.type !== 'ObjectPattern') return;
    for (const property of nodesOf(pattern['properties'])) {
      if (property.type === 'RestElement' || mayBeEnv(keyName(property))) this.reads.add(property.start);
      // The default export of `node:process` is the process object.
      else if (keyName(property) === 'default') this.#bindProcess(property['value']);
    }
  }

  #bindGlobal(target: unknown): void {
    const pattern = unwrap(target);
    if (pattern?.type !== 'ObjectPattern') return;
    for (const property of nodesOf(pattern['properties'])) {
      if (property.type === 'Property' && keyName(property) === 'process') {
        this.#bindProcess(property['value']);
      }
    }
  }

  #alias(name: string | undefined): void {
    if (name !== undefined) this.aliases.add(name);
  }

  #isProcess(value: unknown): boolean {
    const node = unwrap(value);
    switch (node?.type) {
      case 'Identifier':
        return this.aliases.has(identifierName(node) ?? '');
      case 'MemberExpression': {
        const key = keyName(node);
        if (key === 'default') return this.#isProcess(node['object']);
        return key === 'process' && isGlobalObject(node['object']);
      }
      case 'ImportExpression':
        return PROCESS_MODULES.has(staticText(node['source']) ?? '');
      case 'CallExpression':
        return (
          /^(require|getBuiltinModule)$/.test(calleeName(node) ?? '') &&
          PROCESS_MODULES.has(staticText(nodesOf(node['arguments'])[0]) ?? '')
        );
      default:
        return false;
    }
  }
}

function mayBeEnv(key: string | undefined): boolean {
  return key === undefined || key === 'env';
}

function calleeName(call: SyntaxNode): string | undefined {
  const callee = unwrap(call['callee']);
  return callee?.type === 'MemberExpression' ? keyName(callee) : identifierName(callee);
}
