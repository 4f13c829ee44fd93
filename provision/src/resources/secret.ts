import { randomBytes } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  paginateListSecrets,
} from '@aws-sdk/client-secrets-manager';
import { orAbsent } from '../aws/aws-errors.js';
import type { Context } from '../context.js';
import { differing } from '../engine/differing.js';
import { readPages, searchByName, type Kind } from '../engine/kind.js';
import { assertOurs, tagDifferences } from '../engine/ownership.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, type Cost, type Price, type Resource } from '../engine/resource.js';
import { nameOf, readTags, tagList } from '../stack.js';

export interface Secret {
  arn: string;
  /** When AWS will delete it, if somebody has scheduled its deletion. */
  deletedAt: Date | undefined;
  tags: Record<string, string>;
}

/** The content of the stack's only secret. */
export interface SecretValues {
  /** DARKROOM_TOKEN. */
  token: string;
  databasePassword: string;
  /** 16 to 128 characters. ElastiCache accepts letters, digits and a few others, but not `_`. */
  redisAuth: string;
}

const KEY = 'secrets';
const PRICE: Price = { price: 0.4, per: 'month', source: 'from memory', certain: false };
const COSTS: readonly Cost[] = [{ item: PRICE }];

const KIND: Kind = {
  name: 'secret',
  making: [
    'secretsmanager:CreateSecret',
    'secretsmanager:DeleteSecret',
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
    'secretsmanager:ListSecrets',
    'secretsmanager:TagResource',
  ],
  repairing: ['secretsmanager:RestoreSecret'],
  listing: ['secretsmanager:ListSecrets'],
  arns: (prefix) => [`arn:aws:secretsmanager:*:*:secret:${prefix}*`],
  examples: (stack) => [
    // Secrets Manager adds six characters to the name.
    `arn:aws:secretsmanager:${stack.region}:${stack.account}:secret:${nameOf(stack, KEY)}-AbCdEf`,
  ],
  search: searchByName(({ secretsmanager: client }) =>
    readPages(paginateListSecrets({ client }, {}), (page) =>
      page.SecretList?.map(({ Name }) => ({ id: Name, costs: COSTS })),
    ),
  ),
};

/** Random bytes in each. */
const STRENGTH = 32;

/** All secrets in one, because AWS charges for each. The values are random and never printed. */
export const secrets = defineBlueprint(
  KIND,
  ({ stack, aws: { secretsmanager } }: Context): Resource<Secret> => {
    const name = nameOf(stack, KEY);
    return defineResource<Secret>({
      key: KEY,
      kind: KIND.name,
      name,
      costs: COSTS,
      data: 'the access token and the passwords',
      find: async () => {
        const found = await orAbsent(secretsmanager.send(new DescribeSecretCommand({ SecretId: name })));
        if (found === undefined) return undefined;
        const { ARN = '', Tags, DeletedDate } = found;
        const tags = readTags(Tags);
        assertOurs(stack, KEY, { id: ARN, tags });
        return { arn: ARN, tags, deletedAt: DeletedDate };
      },
      create: () =>
        secretsmanager.send(
          new CreateSecretCommand({
            Name: name,
            SecretString: JSON.stringify(generateSecrets()),
            Tags: tagList(stack, KEY),
          }),
        ),
      differences: ({ deletedAt, tags }) => [
        // Comes first: AWS refuses tags while a deletion is scheduled.
        ...differing('scheduled deletion', deletedAt?.toISOString(), undefined, () =>
          secretsmanager.send(new RestoreSecretCommand({ SecretId: name })),
        ),
        ...tagDifferences(stack, KEY, tags, (Tags) =>
          secretsmanager.send(new TagResourceCommand({ SecretId: name, Tags })),
        ),
      ],
      destroy: () =>
        secretsmanager.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true })),
      describe: ({ arn }) => arn,
    });
  },
);

function generateSecrets(): SecretValues {
  const random = (encoding: 'base64url' | 'hex') => randomBytes(STRENGTH).toString(encoding);
  return { token: random('base64url'), databasePassword: random('base64url'), redisAuth: random('hex') };
}

/** Reads the secrets for the calls that need them. Never print them. */
export async function readSecrets({ stack, aws }: Pick<Context, 'stack' | 'aws'>): Promise<SecretValues> {
  const { SecretString = '{}' } = await aws.secretsmanager.send(
    new GetSecretValueCommand({ SecretId: nameOf(stack, KEY) }),
  );
  return JSON.parse(SecretString) as SecretValues;
}
