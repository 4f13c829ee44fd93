import { DarkroomError } from '@darkroom/errors';
import type { SettingFault } from './faults.js';

/** Code of the only error that settings can cause. */
export const INVALID_SETTINGS = 'invalid_settings';

/** Makes one error of all faults, one line each. */
export function invalidSettings(faults: readonly SettingFault[]): DarkroomError {
  return new DarkroomError({
    code: INVALID_SETTINGS,
    status: 500,
    message: faults.map(({ name, message }) => `${name}: ${message}`).join('\n'),
    errors: faults.map(({ name, message }) => ({ field: name, message })),
  });
}
