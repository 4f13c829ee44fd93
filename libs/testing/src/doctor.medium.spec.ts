import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { missingCompose } from './compose-project.js';
import { CHROMIUM_NAMES, findChromium } from './find-chromium.js';
import { findNginx } from './find-nginx.js';
import { services } from './services.js';

const DOCTOR = fileURLToPath(new URL('../../../tools/doctor.mjs', import.meta.url));

// The doctor runs before the packages are installed, so it cannot share the code below. This test compares both.
describe('npm run doctor and the tests agree', () => {
  let things: { id: string; state: string; detail: string }[];
  beforeAll(() => {
    const { stdout } = spawnSync(process.execPath, [DOCTOR, '--json'], { encoding: 'utf8' });
    ({ things } = JSON.parse(stdout) as { things: typeof things });
  });
  const isFound = (id: string) => things.find((thing) => thing.id === id)?.state === 'found';
  const detailOf = (id: string) => things.find((thing) => thing.id === id)?.detail ?? '';

  it('on the names of browsers', async () => {
    const { CHROMIUM_NAMES: doctors } = (await import(
      new URL('doctor/probe-machine.mjs', `file://${DOCTOR}`).href
    )) as { CHROMIUM_NAMES: string[] };
    expect(doctors).toEqual(CHROMIUM_NAMES);
  });

  it('on the browser', async () => {
    const executable = await findChromium().then(
      ({ service }) => service.executable,
      () => undefined,
    );
    expect(isFound('chromium')).toBe(executable !== undefined);
    expect(detailOf('chromium')).toContain(executable ?? 'not on the PATH');
  });

  it('on nginx', async () => {
    const version = await findNginx().then(
      ({ service }) => service.version,
      () => undefined,
    );
    expect(isFound('nginx')).toBe(version !== undefined);
    expect(detailOf('nginx')).toContain(version ?? 'nginx');
  });

  it('on Docker Compose', async () => {
    expect(isFound('docker') && isFound('compose')).toBe((await missingCompose()) === undefined);
  });

  it('on the services that this run has started', () => {
    const { redis, s3, moto, postgres } = services();
    expect({
      redis: isFound('redis'),
      s3: isFound('s3'),
      moto: isFound('moto'),
      postgres: isFound('postgres'),
    }).toEqual({
      redis: redis !== undefined,
      s3: s3 !== undefined,
      moto: moto !== undefined,
      postgres: postgres !== undefined,
    });
  });
});
