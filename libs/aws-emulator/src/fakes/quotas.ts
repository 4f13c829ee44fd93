import { AwsFault } from '../wire/aws-fault.js';
import { jsonAnswer } from '../wire/answers.js';
import { textParam, type Answer, type Call } from '../wire/call.js';
import type { World } from '../world.js';
import type { Operations } from './operation.js';

/** Quotas of a new account. Source: SOURCES.md, S59. */
const QUOTAS: readonly { ServiceCode: string; QuotaCode: string; QuotaName: string; Value: number }[] = [
  {
    ServiceCode: 'ec2',
    QuotaCode: 'L-1216C47A',
    QuotaName: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    Value: 32,
  },
  { ServiceCode: 'ec2', QuotaCode: 'L-0263D0A3', QuotaName: 'EC2-VPC Elastic IPs', Value: 5 },
  { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE', QuotaName: 'VPCs per Region', Value: 5 },
  { ServiceCode: 'vpc', QuotaCode: 'L-E79EC296', QuotaName: 'VPC security groups per Region', Value: 2500 },
  {
    ServiceCode: 'elasticloadbalancing',
    QuotaCode: 'L-53DA6B97',
    QuotaName: 'Application Load Balancers per Region',
    Value: 50,
  },
  {
    ServiceCode: 'elasticloadbalancing',
    QuotaCode: 'L-B22855CB',
    QuotaName: 'Target Groups per Region',
    Value: 3000,
  },
  { ServiceCode: 'elasticache', QuotaCode: 'L-DFE45DF3', QuotaName: 'Nodes per Region', Value: 300 },
  { ServiceCode: 'iam', QuotaCode: 'L-FE177D64', QuotaName: 'Roles per account', Value: 1000 },
  { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D', QuotaName: 'General purpose buckets', Value: 10_000 },
];

/** Service Quotas. moto has only those of VPC. A test lowers one with `emulator.hosts.quotas`. */
export const SERVICE_QUOTAS: Operations = {
  GetServiceQuota: getQuota,
  GetAWSDefaultServiceQuota: getQuota,
  ListServiceQuotas: listQuotas,
  ListAWSDefaultServiceQuotas: listQuotas,
};

function shown(world: World, quota: (typeof QUOTAS)[number]) {
  return {
    ...quota,
    Value: world.hosts.quotas[quota.QuotaCode] ?? quota.Value,
    Adjustable: true,
    GlobalQuota: false,
  };
}

function getQuota(call: Call, world: World): Answer {
  const found = QUOTAS.find(
    ({ ServiceCode, QuotaCode }) =>
      ServiceCode === textParam(call, 'ServiceCode') && QuotaCode === textParam(call, 'QuotaCode'),
  );
  if (!found)
    throw new AwsFault(
      'NoSuchResourceException',
      'The request failed because the specified service does not exist.',
    );
  return jsonAnswer({ Quota: shown(world, found) });
}

function listQuotas(call: Call, world: World): Answer {
  const of = QUOTAS.filter(({ ServiceCode }) => ServiceCode === textParam(call, 'ServiceCode'));
  return jsonAnswer({ Quotas: of.map((quota) => shown(world, quota)) });
}
