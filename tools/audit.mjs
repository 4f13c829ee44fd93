// `npm run audit`: checks the packages that run in production against the registry's advisories. Exits with 1 when an
// advisory is not explained in tools/audit-explained.json, and with 2 when the registry does not answer.
import { readFileSync } from 'node:fs';
import { BootstrapFault, runNpm } from './bootstrap/bootstrap.mjs';

/** Reviewed advisories: the URL, why it does not affect Darkroom, and the date of the next review. */
const EXPLAINED = new URL('audit-explained.json', import.meta.url);

/** The advisories of a report, without duplicates. A package affected only through a dependency has no separate one. */
function advisoriesOf({ vulnerabilities }) {
  const all = Object.values(vulnerabilities)
    .flatMap(({ via }) => via)
    .filter((via) => typeof via === 'object');
  return [...new Map(all.map((advisory) => [advisory.url, advisory])).values()];
}

function parse(output) {
  try {
    return JSON.parse(output);
  } catch {
    throw new BootstrapFault(`npm audit did not print a JSON report:\n${output.trim()}`);
  }
}

const { output } = await runNpm(['audit', '--omit=dev', '--json', '--loglevel=silent']);
const report = parse(output);
if (report.vulnerabilities === undefined) {
  const why = report.message ?? report.error?.summary ?? JSON.stringify(report);
  console.log(`The registry did not return advisories: ${why}`);
  process.exitCode = 2;
} else {
  const today = new Date().toISOString().slice(0, 10);
  const explained = JSON.parse(readFileSync(EXPLAINED, 'utf8'));
  const found = advisoriesOf(report);
  const open = found.filter(
    ({ url }) => !explained.some((each) => each.advisory === url && each.until >= today),
  );
  for (const { severity, name, range, title, url } of open) {
    console.log(`${severity}: ${name} ${range}: ${title} (${url})`);
  }
  console.log(
    open.length === 0
      ? `No open advisories; ${found.length} explained in tools/audit-explained.json.`
      : `${open.length} open. Update the package, or explain in tools/audit-explained.json why it does not affect Darkroom.`,
  );
  process.exitCode = open.length === 0 ? 0 : 1;
}
