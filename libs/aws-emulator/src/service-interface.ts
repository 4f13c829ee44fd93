/** A network interface that does not belong to an instance. */
export interface ServiceInterface {
  id: string;
  description: string;
  groups: string[];
  subnetId: string;
  vpcId: string;
  requester: string;
}

/** An id that is the same for the same owner. */
export function interfaceId(owner: string): string {
  let hash = 0;
  for (const letter of owner) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return `eni-0${hash.toString(16).padStart(8, '0')}e0e0e0e0`;
}
