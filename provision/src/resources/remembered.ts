import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  paginateDescribeParameters,
} from '@aws-sdk/client-ssm';
import { orAbsent } from '../aws/aws-errors.js';
import type { Context } from '../context.js';
import { canonical, differing } from '../engine/differing.js';
import { readPages, searchByName, type Kind } from '../engine/kind.js';
import { assertOurs, tagDifferences } from '../engine/ownership.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, type Resource } from '../engine/resource.js';
import { chosenOf, parseChosen, type Chosen } from '../settings.js';
import { nameOf, readTags, tagList } from '../stack.js';

export interface Remembered {
  chosen: Chosen;
  /** As stored in the parameter. */
  text: string;
  tags: Record<string, string>;
}

const KEY = 'options';

/** The lock of the stack is of this kind too: this search finds it as well. */
const KIND: Kind = {
  name: 'parameter',
  making: [
    'ssm:AddTagsToResource',
    'ssm:DeleteParameter',
    'ssm:DescribeParameters',
    'ssm:GetParameter',
    'ssm:PutParameter',
  ],
  repairing: ['ssm:ListTagsForResource'],
  search: searchByName(({ ssm: client }) =>
    readPages(paginateDescribeParameters({ client }, {}), (page) =>
      page.Parameters?.map(({ Name }) => ({ id: Name })),
    ),
  ),
};

/**
 * The options that differ from the defaults. Later runs use them, also on other machines. They are written first: when
 * a run breaks off, the next one finishes it with the same options.
 */
export const remembered = defineBlueprint(KIND, (context: Context): Resource<Remembered> => {
  const { stack, settings } = context;
  const { ssm } = context.aws;
  const Name = nameOf(stack, KEY);
  const chosen = chosenOf(settings);
  const Value = canonical(chosen);
  return defineResource<Remembered>({
    key: KEY,
    kind: 'remembered options',
    name: Name,
    wanted: Object.keys(chosen).length > 0,
    find: () => findRemembered(context),
    create: () =>
      ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Tags: tagList(stack, KEY) })),
    differences: ({ text, tags }) => [
      ...differing('options', text, Value, () =>
        ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true })),
      ),
      ...tagDifferences(stack, KEY, tags, (Tags) =>
        ssm.send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: Name, Tags })),
      ),
    ],
    destroy: () => ssm.send(new DeleteParameterCommand({ Name })),
    describe: ({ text }) => text,
  });
});

/**
 * Finds the options of earlier runs.
 *
 * @throws ProvisionFault `foreign`, or `unfit` when they cannot be read
 */
export async function findRemembered({
  aws: { ssm },
  stack,
}: Pick<Context, 'aws' | 'stack'>): Promise<Remembered | undefined> {
  const Name = nameOf(stack, KEY);
  const answer = await orAbsent(ssm.send(new GetParameterCommand({ Name })));
  if (answer?.Parameter === undefined) return undefined;
  const { TagList } = await ssm.send(
    new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }),
  );
  const tags = readTags(TagList);
  assertOurs(stack, KEY, { id: `the parameter ${Name}`, tags });
  const text = answer.Parameter.Value ?? '';
  return { chosen: parseChosen(text, Name), text, tags };
}
