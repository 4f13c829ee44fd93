export { comparePolicy, type PolicyComparison, type PolicyDocument } from './calls/compare-policy.js';
export type { Ledger, RecordedCall } from './calls/ledger.js';
export type { FaultList, FaultRule } from './faults/fault-list.js';
export {
  awsError,
  brokenOff,
  cut,
  denied,
  expired,
  htmlError,
  serverError,
  silence,
  throttled,
  type FaultKind,
} from './faults/kinds.js';
export type { CommandResult, HostCommand, HostControls, TargetState } from './host-controls.js';
export { INSTANT, STEPWISE, type Pace } from './pace.js';
export { RULES } from './rules/index.js';
export { startEmulator, type Credentials, type Emulator, type EmulatorOptions } from './start-emulator.js';
export { startMoto, type RunningMoto } from './start-moto.js';
export { S3_ROUTES } from './wire/s3-routes.js';
export type { Rule } from './world.js';
