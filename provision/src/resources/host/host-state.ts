import type { Resource } from '../../engine/resource.js';
import type { Bucket } from '../bucket/bucket.js';
import type { InstanceProfile } from '../instance-profile.js';
import type { LogGroup } from '../log-group.js';
import type { Secret } from '../secret.js';
import type { SecurityGroup } from '../security-group/security-group.js';
import type { Volume } from '../volume.js';

export interface Host {
  id: string;
  /** AWS's word: `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`. */
  state: string;
  type: string | undefined;
  zone: string | undefined;
  profile: string | undefined;
  securityGroups: string[];
  /** `required`: IMDSv2 alone. */
  metadataTokens: string | undefined;
  metadataHops: number | undefined;
  /** Of the script and the disk it was launched with. */
  spec: string | undefined;
  tags: Record<string, string>;
  /** The disk of the system; undefined until it is attached. */
  root: { volumeId: string; goesWithHost: boolean } | undefined;
  /** AWS's word for that disk, e.g. `gp3`. */
  rootType: string | undefined;
  /** ISO 8601. */
  launchedAt: string | undefined;
}

export interface HostNeeds {
  hostGroup: Resource<SecurityGroup>;
  instanceProfile: Resource<InstanceProfile>;
  volume: Resource<Volume>;
  /** The host's programs read it. */
  secret: Resource<Secret>;
  /** The host's programs write to both, so teardown deletes them after the host. */
  bucket: Resource<Bucket>;
  logs: readonly Resource<LogGroup>[];
}

export const HOST_KEY = 'host';
/** Holds the hash of what cannot be changed on a running instance. */
export const SPEC_TAG = 'darkroom:spec';
/** The root disk: the system, images and swap. */
export const ROOT_GIB = 20;
/** Where Ubuntu's images have it. */
export const ROOT_DEVICE = '/dev/sda1';
