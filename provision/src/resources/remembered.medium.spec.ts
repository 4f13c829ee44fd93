import { AddTagsToResourceCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { resourceSuite } from '../../test/resource-suite.js';
import { settle } from '../settings.js';
import { remembered } from './remembered.js';

resourceSuite('remembered options', {
  define: (context) => [remembered({ ...context, settings: settle({ instanceType: 't3.large' }) })] as const,
  drifts: {
    'a changed Name tag': ({ aws, stack }) =>
      aws.ssm.send(
        new AddTagsToResourceCommand({
          ResourceType: 'Parameter',
          ResourceId: `darkroom-${stack.name}-options`,
          Tags: [{ Key: 'Name', Value: 'mine' }],
        }),
      ),
    'changed options': ({ aws, stack }) =>
      aws.ssm.send(
        new PutParameterCommand({
          Name: `darkroom-${stack.name}-options`,
          Value: '{"dataGib":40}',
          Overwrite: true,
        }),
      ),
  },
  foreign: ({ aws }, Name) => aws.ssm.send(new PutParameterCommand({ Name, Value: '{}', Type: 'String' })),
});
