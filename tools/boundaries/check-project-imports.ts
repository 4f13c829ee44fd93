import { posix } from 'node:path';
import type { Finding, RuleName } from './finding.ts';
import { ADAPTER_FOLDERS, IMPORTED_BEFORE_INSTALL, IMPORTS_BY_KIND, TEST_ONLY_KINDS } from './rules.ts';
import {
  importedFile,
  importedProject,
  isInside,
  type Import,
  type Project,
  type SourceFile,
  type Workspace,
} from './workspace.ts';

/** Projects may import only the allowed kinds, tests also TEST_ONLY_KINDS, and never through a relative path. */
export function checkProjectImports(workspace: Workspace): Finding[] {
  return [...workspace.files.values()].flatMap((file) =>
    file.imports.flatMap((imported) => [
      ...checkRelative(file, imported),
      ...checkKind(file, imported, importedProject(workspace, imported.target)),
      ...checkTestingEntry(workspace, file, imported),
      ...checkAdapterFolders(file, imported),
    ]),
  );
}

function checkRelative(file: SourceFile, imported: Import): Finding[] {
  const { target } = imported;
  // The root owns only files outside every project, so a path into a project leaves the root.
  const leaves = target.type === 'relative' && !staysInProject(file, target.path);
  if (!leaves) return [];
  return [finding(file, imported, 'relative-imports', 'a path inside the same project, or a package name')];
}

function staysInProject({ path: from, project }: SourceFile, path: string): boolean {
  if (project.folder === '') return isInside(path, '') && !/^(apps|libs|e2e|bench|provision)\//.test(path);
  // Compiled code runs after the installation, so it can import by package name.
  const isBeforeInstall = from.endsWith('.mjs') && posix.matchesGlob(path, IMPORTED_BEFORE_INSTALL);
  return isBeforeInstall || isInside(path, project.folder);
}

function checkKind(file: SourceFile, imported: Import, target: Project | undefined): Finding[] {
  const { kind } = file.project;
  if (kind === undefined || target?.kind === undefined || target === file.project) return [];
  const { kinds, packages = [] } = IMPORTS_BY_KIND[kind];
  if (kinds.includes(target.kind) || packages.includes(target.manifest.name)) return [];
  if (TEST_ONLY_KINDS.includes(target.kind)) {
    return file.isTest
      ? []
      : [finding(file, imported, 'testing-imports', 'it only in *.spec.ts, src/testing/ and e2e')];
  }
  const expected = `only ${[...kinds.map((allowed) => `${allowed} projects`), ...packages].join(', ')} in a project of kind ${kind}`;
  return [finding(file, imported, 'project-imports', expected, ` of kind ${target.kind}`)];
}

/** Only tests, and tools that may import `testing`, may import the testing entry of a project. */
function checkTestingEntry(workspace: Workspace, file: SourceFile, imported: Import): Finding[] {
  const { kind } = file.project;
  if (file.isTest || kind === undefined || IMPORTS_BY_KIND[kind].kinds.includes('testing')) return [];
  if (imported.target.type !== 'workspace' || importedFile(workspace, imported.target)?.isTest !== true)
    return [];
  return [finding(file, imported, 'testing-imports', 'it only in *.spec.ts, src/testing/, bench and e2e')];
}

function checkAdapterFolders(file: SourceFile, imported: Import): Finding[] {
  const { target } = imported;
  if (target.type !== 'relative') return [];
  const isForeign = ADAPTER_FOLDERS.some(
    (folders) =>
      folders.some((folder) => isInside(file.path, folder)) &&
      folders.some((folder) => isInside(target.path, folder) && !isInside(file.path, folder)),
  );
  return isForeign
    ? [finding(file, imported, 'relative-imports', 'shared code from outside the adapter folders')]
    : [];
}

function finding(file: SourceFile, imported: Import, rule: RuleName, expected: string, detail = ''): Finding {
  return { path: file.path, line: imported.line, rule, got: `'${imported.specifier}'${detail}`, expected };
}
