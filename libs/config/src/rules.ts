import type { SettingName, Values } from './definitions.js';
import { type SettingFault, missing } from './faults.js';
import { isLoopback } from './readers.js';
import type { ProcessName } from './settings.js';

/** What a rule checks. A value is absent when its variable is invalid, or unset without a default. */
export interface RuleInput {
  readonly process: ProcessName;
  readonly values: Partial<Values>;
  /** Whether the variable is set, to a valid value or not. */
  readonly isSet: (name: SettingName) => boolean;
}

type Rule = (input: RuleInput) => SettingFault | undefined;

/** Open mode on a network must be chosen explicitly. A token without token mode, which protects nothing, is refused. */
const accessIsNamed: Rule = ({ process, values, isSet }) => {
  if (process === 'worker' || isSet('DARKROOM_ACCESS') || values.DARKROOM_HOST === undefined)
    return undefined;
  if (!isLoopback(values.DARKROOM_HOST)) {
    const why = `Other machines can reach DARKROOM_HOST=${values.DARKROOM_HOST}. Set DARKROOM_ACCESS=token and DARKROOM_TOKEN, or DARKROOM_ACCESS=open to accept everyone.`;
    return missing('DARKROOM_ACCESS', why);
  }
  if (!isSet('DARKROOM_TOKEN')) return undefined;
  return missing(
    'DARKROOM_ACCESS',
    'Set it to token, or unset DARKROOM_TOKEN: a token has no effect in open mode.',
  );
};

const tokenForTokenMode: Rule = ({ process, values, isSet }) =>
  process !== 'worker' && values.DARKROOM_ACCESS === 'token' && !isSet('DARKROOM_TOKEN')
    ? missing('DARKROOM_TOKEN', 'DARKROOM_ACCESS=token requires it.')
    : undefined;

const bucketForS3: Rule = ({ values, isSet }) =>
  values.DARKROOM_STORAGE === 's3' && !isSet('DARKROOM_BUCKET')
    ? missing('DARKROOM_BUCKET', 'DARKROOM_STORAGE=s3 requires it.')
    : undefined;

const keyOnlyForKms: Rule = ({ values, isSet }) =>
  isSet('DARKROOM_SSE_KMS_KEY') && values.DARKROOM_SSE !== undefined && values.DARKROOM_SSE !== 'aws:kms'
    ? {
        name: 'DARKROOM_SSE_KMS_KEY',
        message: `accepted only with DARKROOM_SSE=aws:kms, got DARKROOM_SSE=${values.DARKROOM_SSE}.`,
      }
    : undefined;

const linkSecretForFolder: Rule = ({ process, values, isSet }) =>
  process === 'api' && values.DARKROOM_STORAGE === 'folder' && !isSet('DARKROOM_LINK_SECRET')
    ? missing('DARKROOM_LINK_SECRET', 'DARKROOM_STORAGE=folder requires it.')
    : undefined;

const database: Rule = ({ process, isSet }) =>
  process !== 'launcher' && !isSet('DATABASE_URL')
    ? missing('DATABASE_URL', 'Set it to the PostgreSQL database of this Darkroom.')
    : undefined;

const redisForBroker: Rule = ({ process, values, isSet }) =>
  process !== 'launcher' && values.DARKROOM_BROKER === 'redis' && !isSet('REDIS_URL')
    ? missing('REDIS_URL', 'DARKROOM_BROKER=redis requires it.')
    : undefined;

const requestHoldsOneFile: Rule = ({ values }) => {
  const { DARKROOM_MAX_BYTES: file, DARKROOM_MAX_REQUEST_BYTES: request } = values;
  if (file === undefined || request === undefined || request >= file) return undefined;
  return {
    name: 'DARKROOM_MAX_REQUEST_BYTES',
    message: `expected at least DARKROOM_MAX_BYTES (${file.toLocaleString('en-US')} bytes), got ${request.toLocaleString('en-US')} bytes.`,
  };
};

/** Rules that involve more than one setting. */
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
