// Part of `npm run lint`: refuses the phrases of the word list in docs/writing.md in every text of the repository.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { SKIPPED_FOLDERS } from '../boundaries/rules.ts';
import { findPhrases } from './find-phrases.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

const TEXTS = /(?:\.(?:ts|tsx|mjs|js|css|html|md|sh|ya?ml|env|template|conf|sql|py|svg)|Dockerfile|\/run)$/;

/** Files that contain the word list itself. */
const WORD_LISTS = ['docs/writing.md', 'tools/writing/phrases.ts', 'tools/writing/find-phrases.spec.ts'];

function textFiles(): string[] {
  return readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !file.split('/').some((part) => SKIPPED_FOLDERS.includes(part)))
    .filter((file) => TEXTS.test(file) && !WORD_LISTS.includes(file))
    .toSorted();
}

let count = 0;
for (const file of textFiles()) {
  for (const { line, text, phrase } of findPhrases(readFileSync(path.join(ROOT, file), 'utf8'))) {
    count += 1;
    console.log(`${file}:${line}: "${text}": write "${phrase.but}" (docs/writing.md).`);
  }
}
if (count > 0) {
  console.log(`${count} phrases of the word list found.`);
  process.exitCode = 1;
}
