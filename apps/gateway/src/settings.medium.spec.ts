import { readFile } from 'node:fs/promises';
import { services, startGateway } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { ask } from './testing/ask.js';

const script = await readFile(new URL('../entrypoint/16-darkroom.envsh', import.meta.url), 'utf8');
const docs = await readFile(new URL('../../../docs/gateway.md', import.meta.url), 'utf8');

const faultOf = (env: Record<string, string>): Promise<unknown> =>
  startGateway({ upstream: '127.0.0.1:9', env }).then(
    () => 'started',
    (error: Error) => error.message,
  );

describe('docs/gateway.md', () => {
  it('lists every setting with its default, and no others', () => {
    const inScript = [...script.matchAll(/^setting (\w+) ('[^']*'|\S+)/gm)].map(([, name, value]) => [
      name,
      value?.replaceAll("'", '') || 'none',
    ]);
    const inDocs = [...docs.matchAll(/^\| `(\w+)` +\|[^|]+\| ([^|]+?) +\|/gm)].map(([, name, value]) => [
      name,
      value,
    ]);
    expect(inScript.length).toBeGreaterThan(10);
    expect(Object.fromEntries(inDocs)).toEqual(Object.fromEntries(inScript));
  });
});

describe.skipIf(!services().nginx)('the settings of the gateway', () => {
  it.each([
    ['GATEWAY_PORT', 'http'],
    ['GATEWAY_UPSTREAM', 'http://api:8080'],
    ['GATEWAY_UPSTREAM', 'api'],
    ['GATEWAY_MEDIA', 'media'],
    ['GATEWAY_WORKERS', '0'],
    ['GATEWAY_TRUSTED_PROXIES', 'nginx.example'],
    ['GATEWAY_TRUSTED_PROXIES', '10.0.0.0/8; root /'],
    ['GATEWAY_IMAGE_ORIGINS', "'unsafe-inline'"],
    ['DARKROOM_MAX_REQUEST_BYTES', '200MB'],
    ['DARKROOM_ACCESS', 'closed'],
    ['DARKROOM_PUBLISHED_ON', 'http://x'],
    ['DARKROOM_UPLOADS_PER_MINUTE', '-1'],
    ['DARKROOM_UPLOAD_BURST', '0'],
    ['DARKROOM_SIGN_INS_PER_MINUTE', 'ten'],
  ])('%s refuses %s, and the message names it', async (name, value) => {
    const fault = await faultOf({ [name]: value });
    expect(fault).toContain(`gateway: ${name}: expected `);
    expect(fault).toContain(`, got "${value}".`);
  });

  it('may be empty, which counts as unset', async () => {
    const gateway = await startGateway({
      upstream: '127.0.0.1:9',
      env: { DARKROOM_MAX_REQUEST_BYTES: '', GATEWAY_TRUSTED_PROXIES: '', DARKROOM_UPLOAD_BURST: '' },
    });
    expect((await ask(gateway, '/nothing')).status).toBe(404);
    await gateway.stop();
  });
});
