import { reportNotRun } from './report-not-run.js';
import { STARTED_VARIABLE } from './services.js';
import { parseServiceNames, startServices, type RunningServices } from './start-services.js';

interface Shared {
  users: number;
  /** Missing services that were reported: several projects of a run lack the same ones. */
  reported: Set<string>;
  running: Promise<RunningServices>;
}

/** Each vitest project loads this module separately, yet one set of servers serves them all. */
const holder = globalThis as { darkroomTestServices?: Shared | undefined };

/**
 * vitest's global setup of the medium and e2e projects: starts the services once for the run and passes them to the
 * workers.
 *
 * @param tier - the vitest project
 * @returns the teardown, which stops them after the last project; vitest calls it after failures and Ctrl-C too
 */
export default async function setup({ name: tier }: { name: string }): Promise<() => Promise<void>> {
  const wanted = process.env['DARKROOM_TEST_SERVICES'];
  const shared = (holder.darkroomTestServices ??= {
    users: 0,
    reported: new Set(),
    running: startServices(wanted === undefined ? undefined : parseServiceNames(wanted)),
  });
  shared.users += 1;
  const { services, unavailable } = await shared.running;
  const report = JSON.stringify({ services, unavailable });
  process.env[STARTED_VARIABLE] = report;
  for (const [name, reason] of Object.entries(unavailable)) {
    // No other tier opens a page.
    if (shared.reported.has(name) || (name === 'chromium' && tier !== 'e2e')) continue;
    shared.reported.add(name);
    await reportNotRun(name, reason);
  }
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    holder.darkroomTestServices = undefined;
    await (await shared.running).stop();
  };
}
