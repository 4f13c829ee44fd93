import type { SettingName, Values } from './definitions.js';
import { type SettingFault, missing, takes } from './faults.js';
import { isLoopback } from './readers.js';
import type { ProcessName } from './settings.js';

/** What a rule looks at: a value is absent when its variable is unset without a default, or is itself at fault. */
export interface RuleInput {
  readonly process: ProcessName;
  readonly values: Partial<Values>;
  /** Tells whether the variable is set, well or badly. */
  readonly isSet: (name: SettingName) => boolean;
}

type Rule = (input: RuleInput) => SettingFault | undefined;

/** An open Darkroom on a network is said by name or not at all; neither is a token that would protect nothing. */
const accessIsNamed: Rule = ({ process, values, isSet }) => {
  if (process === 'worker' || isSet('DARKROOM_ACCESS') || values.DARKROOM_HOST === undefined)
    return undefined;
  if (!isLoopback(values.DARKROOM_HOST)) {
    const why = `DARKROOM_HOST=${values.DARKROOM_HOST} is no loopback address, and an api that others can reach starts in open mode only when told DARKROOM_ACCESS=open by name`;
    return { name: 'DARKROOM_ACCESS', message: `is not set; ${why}; ${takes('DARKROOM_ACCESS')}` };
  }
  if (!isSet('DARKROOM_TOKEN')) return undefined;
  return missing('DARKROOM_ACCESS', 'DARKROOM_TOKEN is set, which alone protects nothing, so it is needed');
};

const tokenForTokenMode: Rule = ({ process, values, isSet }) =>
  process !== 'worker' && values.DARKROOM_ACCESS === 'token' && !isSet('DARKROOM_TOKEN')
    ? missing('DARKROOM_TOKEN', 'DARKROOM_ACCESS=token needs it')
    : undefined;

const bucketForS3: Rule = ({ values, isSet }) =>
  values.DARKROOM_STORAGE === 's3' && !isSet('DARKROOM_BUCKET')
    ? missing('DARKROOM_BUCKET', 'DARKROOM_STORAGE=s3 needs it')
    : undefined;

const keyOnlyForKms: Rule = ({ values, isSet }) =>
  isSet('DARKROOM_SSE_KMS_KEY') && values.DARKROOM_SSE !== undefined && values.DARKROOM_SSE !== 'aws:kms'
    ? {
        name: 'DARKROOM_SSE_KMS_KEY',
        message: `is set while DARKROOM_SSE is ${values.DARKROOM_SSE}; ${takes('DARKROOM_SSE_KMS_KEY')}`,
      }
    : undefined;

const linkSecretForFolder: Rule = ({ process, values, isSet }) =>
  process === 'api' && values.DARKROOM_STORAGE === 'folder' && !isSet('DARKROOM_LINK_SECRET')
    ? missing('DARKROOM_LINK_SECRET', 'DARKROOM_STORAGE=folder needs it')
    : undefined;

const database: Rule = ({ process, isSet }) =>
  process !== 'launcher' && !isSet('DATABASE_URL') ? missing('DATABASE_URL', 'it is required') : undefined;

const redisForBroker: Rule = ({ process, values, isSet }) =>
  process !== 'launcher' && values.DARKROOM_BROKER === 'redis' && !isSet('REDIS_URL')
    ? missing('REDIS_URL', 'DARKROOM_BROKER=redis needs it')
    : undefined;

const requestHoldsOneFile: Rule = ({ values }) => {
  const { DARKROOM_MAX_BYTES: file, DARKROOM_MAX_REQUEST_BYTES: request } = values;
  if (file === undefined || request === undefined || request >= file) return undefined;
  return {
    name: 'DARKROOM_MAX_REQUEST_BYTES',
    message: `got ${request}; takes at least DARKROOM_MAX_BYTES, which is ${file}`,
  };
};

/** Rules over more than one setting. */
export const rules: readonly Rule[] = [
  accessIsNamed,
  tokenForTokenMode,
  bucketForS3,
  keyOnlyForKms,
  linkSecretForFolder,
  database,
  redisForBroker,
  requestHoldsOneFile,
];
