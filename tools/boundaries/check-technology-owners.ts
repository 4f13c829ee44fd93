import type { Finding } from './finding.ts';
import { TECHNOLOGY_OWNERS, type TechnologyOwner } from './rules.ts';
import { isInside, type Import, type SourceFile, type Workspace } from './workspace.ts';

/** Only the folder that owns a technology may import it, as a value or as a type. */
export function checkTechnologyOwners({ files }: Workspace): Finding[] {
  return [...files.values()].flatMap((file) =>
    file.imports.flatMap((imported): Finding[] => {
      const broken = TECHNOLOGY_OWNERS.find((owner) => covers(owner, imported) && !owns(owner, file));
      if (broken === undefined) return [];
      return [
        {
          path: file.path,
          line: imported.line,
          rule: 'technology-owner',
          got: describe(broken, imported),
          expected: allowedPlaces(broken),
        },
      ];
    }),
  );
}

/** Whether an owner's rule applies to this import. */
function covers({ packages, values }: TechnologyOwner, { target, values: imported }: Import): boolean {
  if (target.type !== 'package') return false;
  const isNamed = packages.some((name) =>
    name.endsWith('*') ? target.name.startsWith(name.slice(0, -1)) : target.name === name,
  );
  if (!isNamed || values === undefined) return isNamed;
  return imported === undefined || imported.some((name) => values.test(name));
}

function owns({ folders, except = [] }: TechnologyOwner, { path }: SourceFile): boolean {
  const isIn = (folder: string): boolean => isInside(path, folder);
  return folders.some(isIn) && !except.some(isIn);
}

function describe({ values }: TechnologyOwner, { specifier, values: imported }: Import): string {
  if (values === undefined) return `'${specifier}'`;
  const names = imported?.filter((name) => values.test(name)) ?? ['all'];
  return `${names.join(' and ')} from '${specifier}'`;
}

function allowedPlaces({ folders, except = [] }: TechnologyOwner): string {
  const exceptions = except.length === 0 ? '' : `, except ${except.join(', ')}`;
  return `it only in ${folders.join(', ')}${exceptions}`;
}
