import { fileURLToPath } from 'node:url';
import { checkBoundaries } from './check-boundaries.ts';
import { formatFinding } from './finding.ts';

// Prints a line for each offence in this workspace. Exits with 1 if there are offences.
const findings = checkBoundaries(fileURLToPath(new URL('../..', import.meta.url)));
for (const finding of findings) console.log(formatFinding(finding));
process.exitCode = findings.length === 0 ? 0 : 1;
