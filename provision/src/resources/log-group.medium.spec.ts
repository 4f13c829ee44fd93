import {
  CreateLogGroupCommand,
  DeleteRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { resourceSuite } from '../../test/resource-suite.js';
import { nameOf } from '../stack.js';
import { logGroup } from './log-group.js';

resourceSuite('log group', {
  define: (context) => [logGroup(context, 'api')] as const,
  drifts: {
    'a changed Name tag': ({ aws }, { arn }) =>
      aws.logs.send(new TagResourceCommand({ resourceArn: arn, tags: { Name: 'mine' } })),
    'logs kept forever': ({ aws, stack }) =>
      aws.logs.send(new DeleteRetentionPolicyCommand({ logGroupName: nameOf(stack, 'logapi') })),
  },
  foreign: ({ aws }, logGroupName) => aws.logs.send(new CreateLogGroupCommand({ logGroupName })),
});
