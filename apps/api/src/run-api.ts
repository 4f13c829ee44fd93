import { loadSettings } from '@darkroom/config';
import { openPlatform, runProcess } from '@darkroom/platform';
import { createApi } from './create-api.js';
import { LameDuck } from './health/lame-duck.js';
import { readVersion } from './version.js';

await runProcess(async () => {
  const settings = loadSettings(undefined, { for: 'api' });
  const version = readVersion();
  const platform = await openPlatform({ name: 'api', version, settings });
  const app = await createApi(settings, platform, version);
  // The backlog is as long as the system allows (Linux: net.core.somaxconn). Node's default of 511 connections is less
  // than a busy gateway opens at once.
  await app.listen({ port: settings.http.port, host: settings.http.host, backlog: 4_096 });
  platform.logger.info(
    { url: await app.getUrl(), access: settings.access.mode, storage: settings.storage.kind },
    'api is listening',
  );
  const { lameDuckSeconds, drainSeconds } = settings.shutdown;
  return {
    running: {
      close: async () => {
        await app.get(LameDuck).leave(lameDuckSeconds);
        await app.close();
        await platform.close();
      },
    },
    drainMs: (lameDuckSeconds + drainSeconds) * 1000,
  };
});
