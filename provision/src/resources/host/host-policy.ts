import { nameOf, namePrefix, type Stack } from '../../stack.js';
import { bucketName } from '../bucket/bucket-name.js';

/**
 * The permissions of the host. Those of Session Manager come from AmazonSSMManagedInstanceCore, without that policy's
 * permission to read every parameter in the account.
 */
export function hostPolicy(stack: Stack) {
  const bucket = `arn:aws:s3:::${bucketName(stack)}`;
  const inRegion = `${stack.region}:${stack.account}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Pictures',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: [`${bucket}/uploads/*`, `${bucket}/variants/*`],
      },
      { Sid: 'Releases', Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`${bucket}/releases/*`] },
      {
        Sid: 'Backups',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: [`${bucket}/backups/*`],
      },
      {
        Sid: 'Bucket',
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
        Resource: [bucket],
      },
      {
        Sid: 'Secrets',
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue'],
        // Secrets Manager adds six characters to the name.
        Resource: [`arn:aws:secretsmanager:${inRegion}:secret:${nameOf(stack, 'secrets')}-??????`],
      },
      {
        Sid: 'Logs',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [`arn:aws:logs:${inRegion}:log-group:${namePrefix(stack)}*:*`],
      },
      {
        Sid: 'SessionManager',
        Effect: 'Allow',
        Action: [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
          'ec2messages:AcknowledgeMessage',
          'ec2messages:DeleteMessage',
          'ec2messages:FailMessage',
          'ec2messages:GetEndpoint',
          'ec2messages:GetMessages',
          'ec2messages:SendReply',
        ],
        Resource: ['*'],
      },
    ],
  };
}
