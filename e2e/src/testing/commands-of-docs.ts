import { readFile } from 'node:fs/promises';

const DOCS = new URL('../../../docs/', import.meta.url);

/**
 * Reads the shell commands below a heading of a page in `docs/`, so that a test runs the commands that people copy.
 *
 * @throws Error when the section has no commands
 */
export async function commandsOfDocs(page: string, heading: string): Promise<string> {
  const text = await readFile(new URL(page, DOCS), 'utf8');
  const section = text.split(/^##+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines]) => lines);
  if (blocks.length === 0) throw new Error(`docs/${page} has no commands below "${heading}"`);
  return blocks.join('');
}
