import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { globalUses } from './global-uses.ts';
import type { SyntaxNode } from './syntax-tree.ts';

function uses(text: string): string[] {
  const { program, errors } = parseSync('module.ts', text);
  expect(errors).toEqual([]);
  return globalUses(program as unknown as SyntaxNode, ['Buffer', 'process', 'NodeJS']).map(
    ({ name }) => name,
  );
}

describe('globalUses', () => {
  it.each([
    `Buffer.from('')`,
    `f(Buffer)`,
    `const it = { Buffer }`,
    `let bytes: Buffer`,
    `let some: Promise<Buffer>`,
    `function f(bytes: Buffer): void {}`,
    `new Buffer(1)`,
    `typeof Buffer`,
    `globalThis.Buffer`,
    `globalThis['Buffer']`,
    `declare const Buffer: unknown; Buffer`,
  ])('finds a use in %s', (text) => {
    expect(uses(text)).toContain('Buffer');
  });

  it('finds a use of a type namespace', () => {
    expect(uses(`let timer: NodeJS.Timeout`)).toEqual(['NodeJS']);
  });

  it.each([
    `image.process()`,
    `const it = { process: 1 }`,
    `class Step { process(): void {} }`,
    `interface Step { process: string }`,
    `enum Kind { Buffer }`,
    `function f(process: string) { return process; }`,
    `type Step = (process: string) => void`,
    `const { process } = step; process()`,
    `import { process } from './step.js'; process()`,
    `export { step as process }; const step = 1`,
    `'Buffer'`,
  ])('finds no use in %s', (text) => {
    expect(uses(text)).toEqual([]);
  });
});
