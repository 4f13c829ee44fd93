import type { Resource } from '../../engine/resource.js';
import type { Bucket } from '../bucket/bucket.js';
import type { InstanceProfile } from '../instance-profile.js';
import type { LogGroup } from '../log-group.js';
import type { Secret } from '../secret.js';
import type { SecurityGroup } from '../security-group/security-group.js';
import type { Volume } from '../volume.js';

export interface Host {
  id: string;
  /** In AWS's words: `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`. */
  state: string;
  type: string | undefined;
  zone: string | undefined;
  profile: string | undefined;
  securityGroups: string[];
  /** `required`: IMDSv2 only. */
  metadataTokens: string | undefined;
  metadataHops: number | undefined;
  /** Hash of the start script and the root disk size that it was launched with. */
  spec: string | undefined;
  tags: Record<string, string>;
  /** The root disk; undefined until it is attached. */
  root: { volumeId: string; deleteOnTermination: boolean } | undefined;
  /** Volume type of that disk, e.g. `gp3`. */
  rootType: string | undefined;
  /** Launch time, ISO 8601. */
  launchedAt: string | undefined;
}

export interface HostNeeds {
  hostGroup: Resource<SecurityGroup>;
  instanceProfile: Resource<InstanceProfile>;
  volume: Resource<Volume>;
  /** Read by the host's programs. */
  secret: Resource<Secret>;
  /** The host's programs write to both, so teardown deletes them after the host. */
  bucket: Resource<Bucket>;
  logs: readonly Resource<LogGroup>[];
}

export const HOST_KEY = 'host';
/** The tag for the hash of everything that cannot be changed on a running instance. */
export const SPEC_TAG = 'darkroom:spec';
/** Size of the root disk, which has the system, images and swap. */
export const ROOT_GIB = 20;
/** The root device of Ubuntu's images. */
export const ROOT_DEVICE = '/dev/sda1';
