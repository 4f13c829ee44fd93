import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import { importedProject, type Project, type Workspace } from './workspace.ts';

/** The references of a tsconfig.json are exactly the imported projects. */
export function checkReferences(workspace: Workspace): Finding[] {
  const typed = workspace.projects.filter((project) => project.hasTsconfig);
  return [...typed.flatMap((project) => checkProject(workspace, project)), ...checkRoot(workspace, typed)];
}

function checkProject(workspace: Workspace, project: Project): Finding[] {
  const path = `${project.folder}/tsconfig.json`;
  const imported = importedFolders(workspace, project);
  const referenced = (project.references ?? []).map(({ text, line }) => ({
    folder: posix.join(project.folder, text).replace(/\/(tsconfig\.json)?$/, ''),
    line,
  }));
  const folders = new Set(referenced.map(({ folder }) => folder));
  const rule = 'references' as const;
  return [
    ...[...imported]
      .filter((folder) => !folders.has(folder))
      .map((folder) => ({
        path,
        line: 1,
        rule,
        got: `no reference to ${folder}`,
        expected: 'one reference for each imported project',
      })),
    ...referenced
      .filter(({ folder }) => !imported.has(folder))
      .map(({ folder, line }) => ({
        path,
        line,
        rule,
        got: `a reference to ${folder}, which no file imports`,
        expected: 'one reference for each imported project',
      })),
  ];
}

function importedFolders(workspace: Workspace, project: Project): Set<string> {
  const targets = [...workspace.files.values()]
    // Plain JavaScript is not compiled, so it needs no reference.
    .filter((file) => file.project === project && /\.[cm]?tsx?$/.test(file.path))
    .flatMap((file) => file.imports.map(({ target }) => importedProject(workspace, target)))
    .filter((target) => target !== undefined && target !== project && target !== workspace.root);
  return new Set(targets.map((target) => target?.folder ?? ''));
}

/** `tsc -b` at the root builds only projects that the root tsconfig.json references. */
function checkRoot({ root }: Workspace, typed: readonly Project[]): Finding[] {
  if (!root.hasTsconfig) return [];
  const named = new Set(root.references?.map(({ text }) => posix.normalize(text)));
  return typed
    .filter(({ folder }) => !named.has(folder))
    .map(({ folder }) => ({
      path: 'tsconfig.json',
      line: 1,
      rule: 'references' as const,
      got: `no reference to ${folder}`,
      expected: 'a reference to every project, so that the build includes it',
    }));
}
