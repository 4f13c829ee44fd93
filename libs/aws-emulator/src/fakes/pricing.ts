import { jsonAnswer } from '../wire/answers.js';
import type { Answer, Call } from '../wire/call.js';
import type { Operations } from './operation.js';

interface Product {
  ServiceCode: string;
  attributes: Readonly<Record<string, string>>;
  unit: string;
  usd: number;
}

/** Sample prices of us-east-1 (SOURCES.md, S61). */
const PRODUCTS: readonly Product[] = [
  product(
    'AmazonEC2',
    { instanceType: 't3.micro', operatingSystem: 'Linux', tenancy: 'Shared' },
    'Hrs',
    0.0104,
  ),
  product(
    'AmazonEC2',
    { instanceType: 't4g.small', operatingSystem: 'Linux', tenancy: 'Shared' },
    'Hrs',
    0.0168,
  ),
  product('AmazonEC2', { volumeApiName: 'gp3', productFamily: 'Storage' }, 'GB-Mo', 0.08),
  product('AmazonElastiCache', { instanceType: 'cache.t3.micro', cacheEngine: 'Redis' }, 'Hrs', 0.017),
  product('AmazonElastiCache', { instanceType: 'cache.t4g.micro', cacheEngine: 'Redis' }, 'Hrs', 0.016),
  product('AWSELB', { productFamily: 'Load Balancer-Application' }, 'Hrs', 0.0225),
  product('AmazonVPC', { groupDescription: 'Hourly charge for In-use Public IPv4 Addresses' }, 'Hrs', 0.005),
];

function product(
  ServiceCode: string,
  attributes: Record<string, string>,
  unit: string,
  usd: number,
): Product {
  return { ServiceCode, attributes: { regionCode: 'us-east-1', ...attributes }, unit, usd };
}

/** The Pricing API, which moto lacks altogether (SOURCES.md, S60): TERM_MATCH filters over a small table. */
export const PRICING: Operations = { GetProducts: getProducts };

interface Filter {
  Field: string;
  Value: string;
}

function getProducts({ params }: Call): Answer {
  const filters = (params['Filters'] ?? []) as Filter[];
  const found = PRODUCTS.filter(
    ({ ServiceCode, attributes }) =>
      ServiceCode === params['ServiceCode'] &&
      filters.every(({ Field, Value }) => attributes[Field] === Value),
  );
  return jsonAnswer({
    FormatVersion: 'aws_v1',
    PriceList: found.map((one, at) => JSON.stringify(render(one, at))),
  });
}

function render({ ServiceCode, attributes, unit, usd }: Product, at: number): object {
  const sku = `EMULATOR${at}`;
  const dimension = { unit, pricePerUnit: { USD: usd.toFixed(10) }, beginRange: '0', endRange: 'Inf' };
  return {
    serviceCode: ServiceCode,
    product: { sku, attributes, productFamily: attributes['productFamily'] },
    terms: { OnDemand: { [`${sku}.TERM`]: { sku, priceDimensions: { [`${sku}.TERM.RATE`]: dimension } } } },
  };
}
