import { findCycles } from './find-cycles.ts';
import type { Finding } from './finding.ts';
import {
  importedFile,
  importedProject,
  type Import,
  type Project,
  type SourceFile,
  type Workspace,
} from './workspace.ts';

/** Refuses import cycles between projects and between files. Types count: `tsc -b` refuses a cycle of projects. */
export function checkCycles(workspace: Workspace): Finding[] {
  return [...projectCycles(workspace), ...fileCycles(workspace)];
}

function projectCycles(workspace: Workspace): Finding[] {
  const filesOf = Map.groupBy(workspace.files.values(), (file) => file.project);
  const targetOf = ({ target }: Import) => importedProject(workspace, target);
  const projectsOf = (project: Project): Project[] => {
    const imports = filesOf.get(project)?.flatMap((file) => file.imports) ?? [];
    const targets = imports.flatMap((imported) => targetOf(imported) ?? []);
    return targets.filter((target) => target !== project && target !== workspace.root);
  };

  return findCycles(workspace.projects, projectsOf).flatMap((cycle) => {
    const [first, second = first] = cycle;
    if (first === undefined) return [];
    const isStep = (imported: Import) => targetOf(imported) === second;
    const file = filesOf.get(first)?.find(({ imports }) => imports.some(isStep));
    return {
      path: file?.path ?? `${first.folder}/package.json`,
      line: file?.imports.find(isStep)?.line ?? 1,
      rule: 'project-cycle' as const,
      got: [...cycle, first].map((project) => project.manifest.name).join(' → '),
      expected: 'imports without a cycle',
    };
  });
}

function fileCycles(workspace: Workspace): Finding[] {
  const filesOf = (file: SourceFile) =>
    file.imports.flatMap(({ target }) => importedFile(workspace, target) ?? []);

  return findCycles(workspace.files.values(), filesOf).flatMap((cycle) => {
    const [first, second = first] = cycle;
    if (first === undefined) return [];
    const step = first.imports.find(({ target }) => importedFile(workspace, target) === second);
    return {
      path: first.path,
      line: step?.line ?? 1,
      rule: 'file-cycle' as const,
      got: [...cycle, first].map((file) => file.path).join(' → '),
      expected: 'imports without a cycle; move the shared code to a third file',
    };
  });
}
