export { bearerToken, isLocalRequest } from './local-request.js';
export { openPlatform, type Platform, type PlatformOptions } from './open-platform.js';
export { openStorage } from './open-storage.js';
export { runProcess, type RunningProcess } from './run-process.js';
