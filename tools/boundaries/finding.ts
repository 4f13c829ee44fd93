/** One offence against the boundaries. */
export interface Finding {
  /** Path relative to the workspace, with `/`. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly rule: RuleName;
  /** The offending code. */
  readonly got: string;
  /** What the rule accepts. */
  readonly expected: string;
}

export type RuleName =
  | 'parse'
  | 'project-tags'
  | 'project-imports'
  | 'testing-imports'
  | 'relative-imports'
  | 'technology-owner'
  | 'process-env'
  | 'declared-imports'
  | 'browser-safe'
  | 'project-cycle'
  | 'file-cycle'
  | 'references';

/** Returns a finding as one line: `path:line  rule  got …, expected …`. */
export function formatFinding(finding: Finding): string {
  const { path, line, rule, got, expected } = finding;
  return `${path}:${line}  ${rule}  got ${got}, expected ${expected}`;
}

/** Returns the findings without duplicates, sorted by path, line and rule. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map(findings.map((finding) => [formatFinding(finding), finding]));
  return [...unique.values()].toSorted(
    (a, b) => a.path.localeCompare(b.path) || a.line - b.line || a.rule.localeCompare(b.rule),
  );
}
