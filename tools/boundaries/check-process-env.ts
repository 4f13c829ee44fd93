import { posix } from 'node:path';
import { environmentReads } from './environment-reads.ts';
import type { Finding } from './finding.ts';
import { ENVIRONMENT_READERS } from './rules.ts';
import type { Workspace } from './workspace.ts';

/** Only a few files may read `process.env`, so that all wrong settings are reported together. */
export function checkProcessEnv({ files }: Workspace): Finding[] {
  const others = [...files.values()].filter(
    ({ path }) => !ENVIRONMENT_READERS.some((glob) => posix.matchesGlob(path, glob)),
  );
  return others.flatMap((file) =>
    environmentReads(file.program).map((offset) => ({
      path: file.path,
      line: file.lineAt(offset),
      rule: 'process-env' as const,
      got: 'a read of process.env',
      expected: `it only in ${ENVIRONMENT_READERS.join(', ')}; read settings from @darkroom/config`,
    })),
  );
}
