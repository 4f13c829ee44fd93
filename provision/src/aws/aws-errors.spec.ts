import { DashboardNotFoundError } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { isNotFound, isNotYetConsistent } from './aws-errors.js';

function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}

describe('an eventual-consistency error', () => {
  it.each([
    [
      'InvalidParameterValue',
      'Value (x) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN',
    ],
    [
      'InvalidParameterValue',
      'IAM Instance Profile "arn:aws:iam::1:instance-profile/x" has no associated IAM Roles',
    ],
    [
      'InvalidTargetException',
      "The following targets are not in a running state and cannot be registered: 'i-1'",
    ],
    [
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    ],
    ['MalformedPolicyDocument', 'Invalid principal in policy: "AWS":"x"'],
    ['NoSuchEntityException', 'The role with name x cannot be found.'],
    ['InvalidInstanceId', 'Instances not in a valid state for account'],
  ])('is recognized: %s: %s', (name, message) => {
    expect(isNotYetConsistent(awsError(name, message))).toBe(true);
  });

  it.each([
    ['InvalidParameterValue', 'Value (x) for parameter groupId is invalid. The value cannot be empty'],
    ['InvalidTargetException', 'The target type is not supported'],
    ['InvalidRequestException', 'You provided a parameter value that is not valid'],
    ['CertificateNotFoundException', "Certificate 'arn:aws:acm:x' not found"],
    ['AccessDeniedException', 'User: x is not authorized to perform: ec2:RunInstances'],
  ])('is not confused with %s: %s', (name, message) => {
    expect(isNotYetConsistent(awsError(name, message))).toBe(false);
  });
});

it('recognizes the name that CloudWatch uses for an absent dashboard', () => {
  expect(isNotFound(new DashboardNotFoundError({ message: 'x', $metadata: {} }))).toBe(true);
  expect(isNotFound(awsError('InternalServiceError', 'x'))).toBe(false);
});
