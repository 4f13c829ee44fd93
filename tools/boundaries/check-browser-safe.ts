import type { Finding } from './finding.ts';
import { globalUses } from './global-uses.ts';
import { BROWSER_SAFE_KINDS, BROWSER_SAFE_PACKAGES, BROWSER_SAFE_PROJECTS, NODE_GLOBALS } from './rules.ts';
import { importedFile, isInside, type SourceFile, type Workspace } from './workspace.ts';

/** Refuses Node modules and globals in code that the browser imports, directly or through other files. */
export function checkBrowserSafe(workspace: Workspace): Finding[] {
  return [...reachedFiles(workspace)].flatMap(([file, via]) => {
    const from = via.length === 0 ? '' : `, imported through ${via.join(' → ')}`;
    const rule = 'browser-safe' as const;
    return [
      ...file.imports.flatMap(({ specifier, line, target }): Finding[] => {
        const got = `'${specifier}'${from}`;
        const expected = `only ${BROWSER_SAFE_PACKAGES.join(', ')} and pure projects in browser code`;
        return isSafe(target) ? [] : [{ path: file.path, line, rule, got, expected }];
      }),
      ...globalUses(file.program, NODE_GLOBALS).map(({ name, offset }) => ({
        path: file.path,
        line: file.lineAt(offset),
        rule,
        got: `the Node global ${name}${from}`,
        expected: 'only globals that every browser has',
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
      // The file behind the import is checked too.
      return true;
  }
}

/** Whether a file runs in the browser. Of a page, only `src` does: its build files run in Node. */
function runsInBrowser({ path, project }: SourceFile): boolean {
  const { kind, folder, manifest } = project;
  if (kind !== undefined && BROWSER_SAFE_KINDS.includes(kind)) return isInside(path, `${folder}/src`);
  return BROWSER_SAFE_PROJECTS.includes(manifest.name);
}

/** Returns every file that the browser imports, with the chain of files that import it. */
function reachedFiles(workspace: Workspace): Map<SourceFile, readonly string[]> {
  const reached = new Map<SourceFile, readonly string[]>();
  const starts = [...workspace.files.values()].filter((file) => !file.isTest && runsInBrowser(file));
  for (const file of starts) reached.set(file, []);
  // The map serves as the queue: entries added during the loop are visited later.
  for (const [file, via] of reached) {
    for (const { target } of file.imports) {
      const next = importedFile(workspace, target);
      if (next !== undefined && !reached.has(next)) reached.set(next, [...via, file.path]);
    }
  }
  return reached;
}
