import type { Finding } from './finding.ts';
import { ROOT_TEST_TOOLS } from './rules.ts';
import type { Import, SourceFile, Workspace } from './workspace.ts';

/** A file may import only packages declared by its project; `devDependencies` only in test files. */
export function checkDeclaredImports({ files, root }: Workspace): Finding[] {
  return [...files.values()].flatMap((file) =>
    file.imports.flatMap((imported): Finding[] => {
      const name = packageOf(file, imported);
      if (name === undefined || isDeclared(name, file)) return [];
      const exists = imported.target.type !== 'unknown-workspace';
      const manifest = file.project === root ? 'package.json' : `${file.project.folder}/package.json`;
      const field = file.isTest ? 'dependencies or devDependencies' : 'dependencies';
      return [
        {
          path: file.path,
          line: imported.line,
          rule: 'declared-imports',
          got: `'${imported.specifier}'${exists ? '' : ', which does not exist'}`,
          expected: `a package in ${field} of ${manifest}`,
        },
      ];
    }),
  );
}

function packageOf(file: SourceFile, { target }: Import): string | undefined {
  switch (target.type) {
    case 'package':
    case 'unknown-workspace':
      return target.name;
    case 'workspace':
      return target.project === file.project ? undefined : target.project.manifest.name;
    default:
      return undefined;
  }
}

function isDeclared(name: string, { project, isTest }: SourceFile): boolean {
  const { dependencies, devDependencies } = project.manifest;
  if (dependencies.has(name)) return true;
  // The root is not shipped, so its tools may use devDependencies.
  if (isTest || project.folder === '') return devDependencies.has(name) || ROOT_TEST_TOOLS.includes(name);
  return false;
}
