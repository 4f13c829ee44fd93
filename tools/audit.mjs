// `npm run audit`: holds the packages that run in production against the registry's advisories. Ends with 1 when one is
// named that nobody has looked at, with 2 when the registry could not be asked.
import { readFileSync } from 'node:fs';
import { BootstrapFault, runNpm } from './bootstrap/bootstrap.mjs';

/** Findings that somebody has looked at: the advisory's URL, why it does not matter here, and when to look again. */
const EXPLAINED = new URL('audit-explained.json', import.meta.url);

/** The advisories of a report, once each; a package named only because of another has none of its own. */
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
    throw new BootstrapFault(`npm audit said what is no report:\n${output.trim()}`);
  }
}

const { output } = await runNpm(['audit', '--omit=dev', '--json', '--loglevel=silent']);
const report = parse(output);
if (report.vulnerabilities === undefined) {
  const why = report.message ?? report.error?.summary ?? JSON.stringify(report);
  console.log(`The registry could not be asked for advisories: ${why}`);
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
      ? `No advisory that is open; ${found.length} explained in tools/audit-explained.json.`
      : `${open.length} open. Update the package, or say in tools/audit-explained.json why it does not matter here.`,
  );
  process.exitCode = open.length === 0 ? 0 : 1;
}
