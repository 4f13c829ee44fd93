import { loadSettings } from '@darkroom/config';
import { openPlatform, runProcess } from '@darkroom/platform';
import { createApi } from './create-api.js';
import { readVersion } from './version.js';

await runProcess(async () => {
  const settings = loadSettings(undefined, { for: 'api' });
  const version = readVersion();
  const platform = await openPlatform({ name: 'api', version, settings });
  const app = await createApi(settings, platform, version);
  await app.listen(settings.http.port, settings.http.host);
  platform.logger.info(
    { url: await app.getUrl(), access: settings.access.mode, storage: settings.storage.kind },
    'api is listening',
  );
  return {
    running: {
      close: async () => {
        await app.close();
        await platform.close();
      },
    },
    drainMs: settings.shutdown.drainSeconds * 1000,
  };
});
