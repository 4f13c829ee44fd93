import { fileURLToPath } from 'node:url';
import { checkBoundaries } from './check-boundaries.ts';
import { formatFinding } from './finding.ts';

// Prints a line for each offence in the workspace that this file stands in; ends with 1 where there is one.
const findings = checkBoundaries(fileURLToPath(new URL('../..', import.meta.url)));
for (const finding of findings) console.log(formatFinding(finding));
process.exitCode = findings.length === 0 ? 0 : 1;
