import type { Finding } from './finding.ts';
import { TECHNOLOGY_OWNERS } from './rules.ts';
import { isInside, type Workspace } from './workspace.ts';

/** A technology is imported in the folder that hides it and nowhere else, as a value or as a type. */
export function checkTechnologyOwners({ files }: Workspace): Finding[] {
  return [...files.values()].flatMap((file) =>
    file.imports.flatMap(({ specifier, line, target }): Finding[] => {
      if (target.type !== 'package') return [];
      const owner = TECHNOLOGY_OWNERS.find(({ packages }) => packages.includes(target.name));
      if (owner === undefined || owner.folders.some((folder) => isInside(file.path, folder))) return [];
      const takes = `it in ${owner.folders.join(' and ')} only`;
      return [{ path: file.path, line, rule: 'technology-owner', got: `'${specifier}'`, takes }];
    }),
  );
}
