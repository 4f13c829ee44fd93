/** One thing about an object that is not as it should be, and the call that puts it right. */
export interface Difference {
  /** In the field's own words, e.g. `instance type`. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
  /** Cannot be changed on the object: it is deleted and made anew. */
  readonly replaces?: boolean;
  readonly apply: () => Promise<unknown>;
}

/** Dollars in the region and at the date of the price table. */
export interface Price {
  readonly price: number;
  readonly per: 'hour' | 'month';
  readonly source: string;
  /** False for a price without a published source. */
  readonly certain: boolean;
}

/** What an object costs: so many of an item. */
export interface Cost {
  /**
   * A price that one resource file alone needs, or the name of one in the price table: the table has what several files
   * share and what a setting chooses.
   */
  readonly item: Price | string;
  /** 1 by default; of what is priced by the gigabyte, gigabytes. */
  readonly quantity?: number;
}

/** A limit of the account that an object counts against. */
export interface Quota {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
  /** In AWS's words. */
  readonly name: string;
  /** What the account uses of it now. */
  used(): Promise<number>;
  /** What the object uses of it. */
  needed(): Promise<number>;
}

/**
 * One object of the stack: how it is found in the account, made, put right and deleted. It keeps no memory; what is there
 * is asked for each time. The engine (ensure.ts, remove.ts) decides what to do with it.
 *
 * Methods take what was found, so that a resource that is handed on as `Resource` still knows its own kind.
 */
export interface Resource<Found = unknown> {
  /** Its tag `darkroom:resource`. */
  readonly key: string;
  /** In the field's own words, e.g. `load balancer`. */
  readonly kind: string;
  readonly name: string;
  /** Made before it and deleted after it. */
  readonly needs: readonly Resource[];
  /** False for what these settings do not ask for: deleted when it is there. */
  readonly wanted: boolean;
  readonly costs: readonly Cost[];
  /** Compared with the account's before the object is made. */
  readonly quota?: Quota;
  /** Seconds that AWS usually takes until it is ready; shown beside the time it has taken. */
  readonly typicalSeconds: number;
  /** What is lost with it, in words; absent for what can be made again. */
  readonly data?: string;
  /** It is part of others and gone with them: teardown passes over it. */
  readonly isPart?: boolean;
  /** What the last `find` found; others read their dependency's ids here. */
  seen: Found | undefined;
  /**
   * Looks for it by name and tags, with read calls alone.
   *
   * @throws ProvisionFault `foreign` or `duplicate`
   */
  find(): Promise<Found | undefined>;
  /** Makes it, with its tags in the creating call. What can be set later is left to `differences`. */
  create(): Promise<unknown>;
  /** What is not as it should be. After `create` too, so that nothing is written in two places. */
  differences(found: Found): readonly Difference[];
  /** What it still has to become, in words; undefined when it can be used. */
  pending?(found: Found): string | undefined;
  /** True while AWS is deleting it. */
  leaving?(found: Found): boolean;
  /** Deletes it; the engine waits until it is gone. */
  destroy(found: Found): Promise<unknown>;
  /** Names what keeps it from being deleted. */
  blocker?(found: Found): Promise<string | undefined>;
  /** Its id and whatever a person wants to see of it. */
  describe(found: Found): string;
}

type Optional = 'needs' | 'wanted' | 'costs' | 'typicalSeconds' | 'seen';

/** Makes a resource; what is left out is nothing needed, wanted, free of charge and quick. */
export function defineResource<Found>(
  definition: Omit<Resource<Found>, Optional> & Partial<Pick<Resource<Found>, Optional>>,
): Resource<Found> {
  return { needs: [], wanted: true, costs: [], typicalSeconds: 2, seen: undefined, ...definition };
}

/**
 * What the last look found of something that has to be there by now.
 *
 * @throws Error when it was not: the order of the resources is at fault
 */
export function seenOf<Found>(resource: Resource<Found>): Found {
  if (resource.seen === undefined) throw new Error(`${resource.key} is needed and was not found`);
  return resource.seen;
}
