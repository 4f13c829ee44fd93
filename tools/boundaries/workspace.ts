import type { ProjectKind } from './rules.ts';
import type { PlacedText } from './json-with-comments.ts';
import type { SyntaxNode } from './syntax-tree.ts';

/** The fields of a package.json that the checks use. */
export interface Manifest {
  readonly name: string;
  readonly tags: readonly string[];
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  /** Maps a subpath (`.`, `./testing`) to its TypeScript file, relative to the project. */
  readonly entries: ReadonlyMap<string, string>;
}

export interface Project {
  readonly manifest: Manifest;
  /** Relative to the workspace, with `/`. Empty for the root, which owns all files outside projects. */
  readonly folder: string;
  /** Undefined for the root, and if the tags match no kind. */
  readonly kind: ProjectKind | undefined;
  /** The references of the tsconfig.json, as folders relative to it; undefined without a list. */
  readonly references: readonly PlacedText[] | undefined;
  readonly hasTsconfig: boolean;
}

/** The target of an import. */
export type ImportTarget =
  /** `path` is relative to the workspace. It may be outside it (`../…`), or not a source file. */
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
  /** Exports imported as values; undefined for all of them. */
  readonly values: readonly string[] | undefined;
}

export interface SourceFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly project: Project;
  readonly isTest: boolean;
  readonly program: SyntaxNode;
  readonly imports: readonly Import[];
  /** Messages of the parser. After an error, its tree may be incomplete. */
  readonly faults: readonly string[];
  lineAt(offset: number): number;
}

export interface Workspace {
  readonly root: Project;
  /** All projects except the root. */
  readonly projects: readonly Project[];
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Folders with sources but without a package.json. */
  readonly strayFolders: readonly string[];
}

/** Whether `path` is `folder` or inside it. The folder of the root is empty and contains every path. */
export function isInside(path: string, folder: string): boolean {
  return folder === '' ? !path.startsWith('../') : path === folder || path.startsWith(`${folder}/`);
}

/** Returns the project that contains a path, or the root. */
export function ownerOf(workspace: Pick<Workspace, 'root' | 'projects'>, path: string): Project {
  return workspace.projects.find((project) => isInside(path, project.folder)) ?? workspace.root;
}

/** Returns the source file of an import, if it is in the workspace. */
export function importedFile(workspace: Workspace, target: ImportTarget): SourceFile | undefined {
  if (target.type === 'relative') return workspace.files.get(target.path);
  return target.type === 'workspace' && target.entry !== undefined
    ? workspace.files.get(target.entry)
    : undefined;
}

/** Returns the project of an import by name or by path. */
export function importedProject(workspace: Workspace, target: ImportTarget): Project | undefined {
  if (target.type === 'workspace') return target.project;
  return target.type === 'relative' ? ownerOf(workspace, target.path) : undefined;
}
