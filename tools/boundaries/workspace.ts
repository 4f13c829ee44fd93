import type { ProjectKind } from './rules.ts';
import type { PlacedText } from './json-with-comments.ts';
import type { SyntaxNode } from './syntax-tree.ts';

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly tags: readonly string[];
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  /** Subpath (`.`, `./testing`) to the TypeScript file behind it, relative to the project. */
  readonly entries: ReadonlyMap<string, string>;
}

export interface Project {
  readonly manifest: Manifest;
  /** Relative to the workspace, with `/`; empty for the root, which owns the files that no project owns. */
  readonly folder: string;
  /** Undefined where the tags make no kind, and for the root. */
  readonly kind: ProjectKind | undefined;
  /** Projects that the tsconfig.json names, as folders relative to it; undefined without such a list. */
  readonly references: readonly PlacedText[] | undefined;
  readonly hasTsconfig: boolean;
}

/** Where an import leads. */
export type ImportTarget =
  /** `path` is relative to the workspace and may be a file that is no source, or outside (`../…`). */
  | { readonly type: 'relative'; readonly path: string }
  | { readonly type: 'workspace'; readonly project: Project; readonly entry: string | undefined }
  | { readonly type: 'unknown-workspace'; readonly name: string }
  | { readonly type: 'builtin'; readonly name: string }
  | { readonly type: 'package'; readonly name: string }
  /** Computed at run time. */
  | { readonly type: 'computed' };

export interface Import {
  readonly specifier: string;
  readonly line: number;
  readonly target: ImportTarget;
  /** Exports that it names as values; undefined where it gets all of them. */
  readonly values: readonly string[] | undefined;
}

export interface SourceFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly project: Project;
  readonly isTest: boolean;
  readonly program: SyntaxNode;
  readonly imports: readonly Import[];
  /** Messages of the parser; its tree is not to be trusted then. */
  readonly faults: readonly string[];
  lineAt(offset: number): number;
}

export interface Workspace {
  readonly root: Project;
  /** Without the root. */
  readonly projects: readonly Project[];
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Folders beside the projects that hold sources and no package.json. */
  readonly strayFolders: readonly string[];
}

/** Tells whether `path` is `folder` or lies in it. Every path lies in the root, whose folder is empty. */
export function isInside(path: string, folder: string): boolean {
  return folder === '' ? !path.startsWith('../') : path === folder || path.startsWith(`${folder}/`);
}

/** Returns the project that owns a path: the innermost. */
export function ownerOf(workspace: Pick<Workspace, 'root' | 'projects'>, path: string): Project {
  return workspace.projects.find((project) => isInside(path, project.folder)) ?? workspace.root;
}

/** Returns the source file that an import leads to, where it is one of the workspace. */
export function importedFile(workspace: Workspace, target: ImportTarget): SourceFile | undefined {
  if (target.type === 'relative') return workspace.files.get(target.path);
  return target.type === 'workspace' && target.entry !== undefined
    ? workspace.files.get(target.entry)
    : undefined;
}

/** Returns the project that an import leads to, by name or by path. */
export function importedProject(workspace: Workspace, target: ImportTarget): Project | undefined {
  if (target.type === 'workspace') return target.project;
  return target.type === 'relative' ? ownerOf(workspace, target.path) : undefined;
}
