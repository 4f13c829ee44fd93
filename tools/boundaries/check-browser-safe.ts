import type { Finding } from './finding.ts';
import { globalUses } from './global-uses.ts';
import { BROWSER_SAFE_KINDS, BROWSER_SAFE_PACKAGES, BROWSER_SAFE_PROJECTS, NODE_GLOBALS } from './rules.ts';
import { importedFile, isInside, type SourceFile, type Workspace } from './workspace.ts';

/** Nothing of Node is reached from what the browser imports, through however many files. */
export function checkBrowserSafe(workspace: Workspace): Finding[] {
  return [...reachedFiles(workspace)].flatMap(([file, via]) => {
    const from = via.length === 0 ? '' : `, reached from ${via.join(' → ')}`;
    const rule = 'browser-safe' as const;
    return [
      ...file.imports.flatMap(({ specifier, line, target }): Finding[] => {
        const got = `'${specifier}'${from}`;
        const takes = `${BROWSER_SAFE_PACKAGES.join(', ')} and pure projects: the browser runs it`;
        return isSafe(target) ? [] : [{ path: file.path, line, rule, got, takes }];
      }),
      ...globalUses(file.program, NODE_GLOBALS).map(({ name, offset }) => ({
        path: file.path,
        line: file.lineAt(offset),
        rule,
        got: `the global ${name} of Node${from}`,
        takes: 'what every browser has',
      })),
    ];
  });
}

function isSafe(target: SourceFile['imports'][number]['target']): boolean {
  switch (target.type) {
    case 'builtin':
    case 'computed':
      return false;
    case 'package':
      return BROWSER_SAFE_PACKAGES.includes(target.name);
    default:
      // Followed, file by file.
      return true;
  }
}

/** Beside the `src` of a page stands what builds it, which runs in Node. */
function runsInBrowser({ path, project }: SourceFile): boolean {
  const { kind, folder, manifest } = project;
  if (kind !== undefined && BROWSER_SAFE_KINDS.includes(kind)) return isInside(path, `${folder}/src`);
  return BROWSER_SAFE_PROJECTS.includes(manifest.name);
}

/** Returns each file reached, with the files on the way to it. */
function reachedFiles(workspace: Workspace): Map<SourceFile, readonly string[]> {
  const reached = new Map<SourceFile, readonly string[]>();
  const starts = [...workspace.files.values()].filter((file) => !file.isTest && runsInBrowser(file));
  for (const file of starts) reached.set(file, []);
  // Insertion order makes the map its own queue: what is added while looping is visited later.
  for (const [file, via] of reached) {
    for (const { target } of file.imports) {
      const next = importedFile(workspace, target);
      if (next !== undefined && !reached.has(next)) reached.set(next, [...via, file.path]);
    }
  }
  return reached;
}
