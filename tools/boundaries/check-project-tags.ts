import type { Finding } from './finding.ts';
import { KIND_TAGS } from './rules.ts';
import type { Workspace } from './workspace.ts';

const ACCEPTED = KIND_TAGS.map(({ tags }) => tags.join(' + ')).join(', or ');

/** Every project declares its kind with tags. A folder with sources must be a project. */
export function checkProjectTags({ projects, strayFolders }: Workspace): Finding[] {
  const untagged = projects.filter((project) => project.kind === undefined);
  return [
    ...untagged.map(({ folder, manifest }) => ({
      path: `${folder}/package.json`,
      line: 1,
      rule: 'project-tags' as const,
      got: manifest.tags.length === 0 ? 'no nx.tags' : `nx.tags ${manifest.tags.join(' + ')}`,
      expected: ACCEPTED,
    })),
    ...strayFolders.map((folder) => ({
      path: folder,
      line: 1,
      rule: 'project-tags' as const,
      got: 'sources without a package.json',
      expected: `a package.json with nx.tags ${ACCEPTED}`,
    })),
  ];
}
