import type { LauncherSettings } from '@darkroom/config';
import type { Platform } from './launch.js';

/** The text that a ready platform prints: its address, a first upload, the folders, and how to stop. */
export function formatWelcome(platform: Platform, settings: LauncherSettings): string {
  const { url, dataFolder, databaseFolder, logFile } = platform;
  const login = settings.access.mode === 'token' ? '-H "Authorization: Bearer $DARKROOM_TOKEN" ' : '';
  const apart = databaseFolder !== undefined && !databaseFolder.startsWith(dataFolder);
  return [
    '',
    `Darkroom is ready on ${url}`,
    '',
    `  Try it  curl ${login}-F file=@photo.jpg ${url}/api/images`,
    `  Data    ${dataFolder}`,
    ...(apart
      ? [`          ${databaseFolder} (database; PostgreSQL runs as a user who cannot enter the data folder)`]
      : []),
    `  Log     ${logFile}`,
    '  Stop    Ctrl-C',
    '',
  ].join('\n');
}
