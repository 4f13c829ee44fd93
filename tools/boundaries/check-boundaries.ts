import { checkBrowserSafe } from './check-browser-safe.ts';
import { checkCycles } from './check-cycles.ts';
import { checkDeclaredImports } from './check-declared-imports.ts';
import { checkProcessEnv } from './check-process-env.ts';
import { checkProjectImports } from './check-project-imports.ts';
import { checkProjectTags } from './check-project-tags.ts';
import { checkReferences } from './check-references.ts';
import { checkTechnologyOwners } from './check-technology-owners.ts';
import { sortFindings, type Finding } from './finding.ts';
import { readWorkspace } from './read-workspace.ts';
import type { Workspace } from './workspace.ts';

/** To add a boundary, add a file and a line here. */
const CHECKS: readonly ((workspace: Workspace) => Finding[])[] = [
  checkParsed,
  checkProjectTags,
  checkProjectImports,
  checkTechnologyOwners,
  checkProcessEnv,
  checkDeclaredImports,
  checkBrowserSafe,
  checkCycles,
  checkReferences,
];

/**
 * Returns every offence against the boundaries of a workspace, sorted.
 *
 * @param folder absolute path of the workspace
 */
export function checkBoundaries(folder: string): Finding[] {
  const workspace = readWorkspace(folder);
  return sortFindings(CHECKS.flatMap((check) => check(workspace)));
}

/** Reports files that do not parse: the other checks cannot see their imports. */
function checkParsed({ files }: Workspace): Finding[] {
  return [...files.values()].flatMap(({ path, faults }) =>
    faults.map((fault) => ({ path, line: 1, rule: 'parse' as const, got: fault, expected: 'valid source' })),
  );
}
