import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { environmentReads } from './environment-reads.ts';
import type { SyntaxNode } from './syntax-tree.ts';

function reads(text: string): number {
  const { program, errors } = parseSync('module.ts', text);
  expect(errors).toEqual([]);
  return environmentReads(program as unknown as SyntaxNode).length;
}

describe('environmentReads', () => {
  it.each([
    `process.env.PORT`,
    `process.env['PORT']`,
    `process['env']`,
    'process[`env`]',
    `process?.env`,
    `process!.env`,
    `(process as NodeJS.Process).env`,
    `process[key]`,
    `globalThis.process.env`,
    `globalThis['process']['env']`,
    `global.process.env`,
    `const { env } = process`,
    `const { env: settings } = process`,
    `const { 'env': settings } = process`,
    `const { argv, ...rest } = process`,
    `const { process: { env } } = globalThis`,
    `const { process: it } = globalThis; it.env`,
    `let env; ({ env } = process)`,
    `function start({ env } = process) {}`,
    `const it = process; it.env`,
    `const read = () => it.env; const it = globalThis.process`,
    `const copy = { ...process }`,
    `import { env } from 'node:process'`,
    `import { env as settings } from 'process'`,
    `import { 'env' as settings } from 'process'`,
    `export { env } from 'node:process'`,
    `export * from 'node:process'`,
    `import it from 'node:process'; it.env`,
    `import it from 'process'; const { env } = it`,
    `import { default as it } from 'node:process'; it.env`,
    `import * as it from 'node:process'; it.env`,
    `import * as it from 'node:process'; it.default.env`,
    `const { env } = await import('node:process')`,
    `const { default: it } = await import('node:process'); it.env`,
    `const { env } = require('process')`,
    `process.getBuiltinModule('node:process').env`,
  ])('finds a read in %s', (text) => {
    expect(reads(text)).toBeGreaterThan(0);
  });

  it.each([
    `process.argv`,
    `process.on('SIGTERM', stop)`,
    `const { argv } = process`,
    `import { argv } from 'node:process'`,
    `import it from 'node:process'; it.exit()`,
    `import.meta.env`,
    `child.env`,
    `spawn('ls', { env: {} })`,
    `const env = loadSettings(); env.PORT`,
    `// process.env`,
    `'process.env'`,
  ])('finds no read in %s', (text) => {
    expect(reads(text)).toBe(0);
  });
});
