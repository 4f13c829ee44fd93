import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { importedModules } from './imported-modules.ts';
import { lineAt, textsInList } from './json-with-comments.ts';
import { kindOf, readManifest } from './read-manifest.ts';
import { resolveImport, type ResolveContext } from './resolve-import.ts';
import { SKIPPED_FOLDERS, SOURCE_EXTENSIONS, TEST_FILES } from './rules.ts';
import type { SyntaxNode } from './syntax-tree.ts';
import { ownerOf, type Project, type SourceFile, type Workspace } from './workspace.ts';

/**
 * Reads a whole workspace: its projects, listed in `workspaces` of the root package.json, and every parsed source file.
 *
 * @param folder absolute path of the workspace
 */
export function readWorkspace(folder: string): Workspace {
  const { workspaces, ...manifest } = readManifest(join(folder, 'package.json'));
  const folders = workspaces.flatMap((pattern) => expand(folder, pattern));
  const isProject = (path: string) => existsSync(join(folder, path, 'package.json'));
  const projects = folders.filter(isProject).map((path) => readProject(folder, path));
  const root: Project = { manifest, folder: '', kind: undefined, ...readReferences(folder, '') };

  const paths = new Set(sourcePaths(folder, ''));
  const scope = projects[0]?.manifest.name.split('/')[0] ?? '@darkroom';
  const context: ResolveContext = { projects, paths, scope };
  const files = [...paths].map((path) =>
    readSource(folder, path, ownerOf({ root, projects }, path), context),
  );
  return {
    root,
    projects,
    files: new Map(files.map((file) => [file.path, file])),
    strayFolders: folders.filter(
      (stray) => !isProject(stray) && [...paths].some((path) => path.startsWith(`${stray}/`)),
    ),
  };
}

/** Returns the folders of a workspace pattern, `libs/*` or a plain path. */
function expand(folder: string, pattern: string): string[] {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  if (!existsSync(join(folder, parent))) return [];
  return readdirSync(join(folder, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SKIPPED_FOLDERS.includes(entry.name))
    .map((entry) => posix.join(parent, entry.name));
}

function readProject(folder: string, path: string): Project {
  const { workspaces: _, ...manifest } = readManifest(join(folder, path, 'package.json'));
  return { manifest, folder: path, kind: kindOf(manifest.tags), ...readReferences(folder, path) };
}

function readReferences(folder: string, path: string): Pick<Project, 'references' | 'hasTsconfig'> {
  const tsconfig = join(folder, path, 'tsconfig.json');
  if (!existsSync(tsconfig)) return { references: undefined, hasTsconfig: false };
  return {
    references: textsInList(readFileSync(tsconfig, 'utf8'), 'references', 'path'),
    hasTsconfig: true,
  };
}

function* sourcePaths(folder: string, path: string): Generator<string> {
  for (const name of readdirSync(join(folder, path)).toSorted()) {
    const inner = posix.join(path, name);
    if (SKIPPED_FOLDERS.includes(name)) continue;
    const stat = statSync(join(folder, inner), { throwIfNoEntry: false });
    if (stat?.isDirectory()) yield* sourcePaths(folder, inner);
    else if (stat?.isFile() && SOURCE_EXTENSIONS.includes(extname(name))) yield inner;
  }
}

function readSource(folder: string, path: string, project: Project, context: ResolveContext): SourceFile {
  const text = readFileSync(join(folder, path), 'utf8');
  const { program: parsed, errors } = parseSync(path, text);
  // The checks treat nodes generically. The parser's own type is a union of about two hundred shapes.
  const program = parsed as unknown as SyntaxNode;
  const inProject = project.folder === '' ? path : path.slice(project.folder.length + 1);
  return {
    path,
    project,
    program,
    isTest: project.kind === 'e2e' || TEST_FILES.some((glob) => posix.matchesGlob(inProject, glob)),
    imports: importedModules(program).map(({ specifier, offset, values }) => ({
      specifier: specifier ?? 'an import computed at run time',
      line: lineAt(text, offset),
      target: resolveImport(specifier, path, context),
      values,
    })),
    faults: errors.map((error) => error.message),
    lineAt: (offset) => lineAt(text, offset),
  };
}
