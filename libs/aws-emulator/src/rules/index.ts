import type { Rule } from '../world.js';
import { ALARM_RULES } from './alarms.js';
import { BUCKET_RULES } from './buckets.js';
import { CLIENT_TOKEN_RULE } from './client-tokens.js';
import { DEPENDENCY_RULES } from './dependencies.js';
import { HELD_STATE_RULES } from './held-states.js';
import { HIDDEN_AFTER_CREATE_RULES } from './hidden-after-create.js';
import { IMAGE_RULES } from './images.js';
import { INSTANCE_PROFILE_RULES } from './instance-profiles.js';
import { LOAD_BALANCER_RULES } from './load-balancers.js';
import { NETWORK_INTERFACE_RULES } from './network-interfaces.js';
import { SECRET_RULES } from './secrets.js';
import { TAGGED_RESOURCE_RULES } from './tagged-resources.js';
import { VALIDATION_RULES } from './validations.js';
import { VOLUME_RULES } from './volumes.js';

/**
 * All rules, in their order before a call. After the call, the order is reversed. The rule for client tokens is next to
 * moto, because a call that an earlier rule refuses does not use up its token.
 */
export const RULES: readonly Rule[] = [
  ...VALIDATION_RULES,
  ...HIDDEN_AFTER_CREATE_RULES,
  ...HELD_STATE_RULES,
  ...INSTANCE_PROFILE_RULES,
  ...DEPENDENCY_RULES,
  ...VOLUME_RULES,
  ...LOAD_BALANCER_RULES,
  ...NETWORK_INTERFACE_RULES,
  ...SECRET_RULES,
  ...BUCKET_RULES,
  ...ALARM_RULES,
  ...IMAGE_RULES,
  ...TAGGED_RESOURCE_RULES,
  CLIENT_TOKEN_RULE,
];
