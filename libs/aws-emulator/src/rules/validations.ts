import { AwsFault } from '../wire/aws-fault.js';
import type { Rule } from '../world.js';

/** Days of retention that a log group accepts (SOURCES.md, S48). */
const RETENTION_DAYS: readonly string[] =
  '1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653'.split(' ');

interface Validation {
  readonly on: string;
  readonly param: string;
  readonly source: string;
  readonly isValid: (value: string) => boolean;
  readonly code: string;
  readonly message: (value: string) => string;
}

const BALANCER_NAME = /^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/;

/** Values that AWS refuses. */
const VALIDATIONS: readonly Validation[] = [
  {
    on: 'elasticloadbalancing:CreateLoadBalancer',
    param: 'Name',
    source: 'S24',
    isValid: (name) => BALANCER_NAME.test(name),
    code: 'ValidationError',
    message: (name) =>
      `The load balancer name '${name}' is not valid: at most 32 letters, digits and hyphens, without a hyphen at ` +
      `either end, not beginning with internal-`,
  },
  {
    on: 'logs:PutRetentionPolicy',
    param: 'retentionInDays',
    source: 'S48',
    isValid: (days) => RETENTION_DAYS.includes(days),
    code: 'InvalidParameterException',
    message: (days) => `Invalid retention value ${days}. Valid values: ${RETENTION_DAYS.join(', ')}`,
  },
  {
    on: 'iam:CreateRole',
    param: 'RoleName',
    source: 'S34',
    isValid: (name) => /^[\w+=,.@-]{1,64}$/.test(name),
    code: 'ValidationError',
    message: (name) =>
      `1 validation error detected: Value '${name}' at 'roleName' failed to satisfy constraint: Member must have ` +
      `length less than or equal to 64`,
  },
  {
    on: 'iam:CreateRole',
    param: 'AssumeRolePolicyDocument',
    source: 'S35',
    isValid: (text) => /"Principal"/.test(text) && /"sts:AssumeRole/.test(text),
    code: 'MalformedPolicyDocument',
    message: () => 'Has prohibited or missing fields in the trust policy',
  },
  {
    on: 'secretsmanager:DeleteSecret',
    param: 'RecoveryWindowInDays',
    source: 'S44',
    isValid: (days) => Number(days) >= 7 && Number(days) <= 30,
    code: 'InvalidParameterException',
    message: () => 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
  },
];

export const VALIDATION_RULES: readonly Rule[] = VALIDATIONS.map(
  ({ on, param, source, isValid, code, message }): Rule => ({
    name: `${on}: a valid ${param}`,
    source,
    on: [on],
    before: ({ params }) => {
      const value = params[param];
      if (typeof value !== 'string' && typeof value !== 'number') return undefined;
      if (!isValid(String(value))) throw new AwsFault(code, message(String(value)));
      return undefined;
    },
  }),
);
