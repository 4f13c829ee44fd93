/** A field that differs from its target value, and the call that corrects it. */
export interface Difference {
  /** Name for the plan, e.g. `instance type`. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
  /** The field cannot be changed: the object is deleted and created again. */
  readonly replaces?: boolean;
  readonly apply: () => Promise<unknown>;
}

/** Price in dollars, for the region and date of the price table. */
export interface Price {
  readonly price: number;
  readonly per: 'hour' | 'month';
  readonly source: string;
  /** False for a price without a published source. */
  readonly certain: boolean;
}

/** A cost of an object: a quantity of a priced item. */
export interface Cost {
  /**
   * A price, or the name of one in the price table. The table has the prices that several resource files share and
   * those that depend on a setting.
   */
  readonly item: Price | string;
  /** 1 by default; gigabytes for an item that is priced by the gigabyte. */
  readonly quantity?: number;
}

/** A limit of the account that an object counts against. */
export interface Quota {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
  /** Name, as AWS gives it. */
  readonly name: string;
  /** How much of it the account uses now. */
  used(): Promise<number>;
  /** How much of it the object will use. */
  needed(): Promise<number>;
}

/**
 * One object of the stack: how to find, create, correct and delete it. It stores nothing: each run asks AWS what
 * exists. The engine (ensure.ts, remove.ts) decides what to do.
 *
 * Methods get the found object as a parameter, so that a resource that is passed as `Resource` keeps its own type.
 */
export interface Resource<Found = unknown> {
  /** Its tag `darkroom:resource`. */
  readonly key: string;
  /** Name for the plan, e.g. `load balancer`. */
  readonly kind: string;
  readonly name: string;
  /** Created before it and deleted after it. */
  readonly needs: readonly Resource[];
  /** False if the settings do not ask for it. Then it is deleted if it exists. */
  readonly wanted: boolean;
  readonly costs: readonly Cost[];
  /** Checked against the account before the object is created. */
  readonly quota?: Quota;
  /** Seconds until it is usually ready; shown beside the elapsed time. */
  readonly typicalSeconds: number;
  /** The data that is lost with it, as text; absent if nothing is lost. */
  readonly data?: string;
  /** True for a part of other objects, which AWS deletes with them. Teardown skips it. */
  readonly isPart?: boolean;
  /** The result of the last `find`. Dependents read ids here. */
  seen: Found | undefined;
  /**
   * Looks for it by name and tags. It only reads.
   *
   * @throws ProvisionFault `foreign` or `duplicate`
   */
  find(): Promise<Found | undefined>;
  /** Creates it, with its tags in the same call. Whatever can be set later is left to `differences`. */
  create(): Promise<unknown>;
  /** What differs from the target. Also asked after `create`, so that each setting is written in one place. */
  differences(found: Found): readonly Difference[];
  /** The state in which it cannot be used yet, as text; undefined when it is ready. */
  pending?(found: Found): string | undefined;
  /** True while AWS is deleting it. */
  leaving?(found: Found): boolean;
  /** Deletes it; the engine waits until it is gone. */
  destroy(found: Found): Promise<unknown>;
  /** Names what keeps it from being deleted. */
  blocker?(found: Found): Promise<string | undefined>;
  /** Its id and the details that a plan shows. */
  describe(found: Found): string;
}

type Optional = 'needs' | 'wanted' | 'costs' | 'typicalSeconds' | 'seen';

/** Creates a resource. By default it needs nothing, is wanted, costs nothing and is ready in two seconds. */
export function defineResource<Found>(
  definition: Omit<Resource<Found>, Optional> & Partial<Pick<Resource<Found>, Optional>>,
): Resource<Found> {
  return { needs: [], wanted: true, costs: [], typicalSeconds: 2, seen: undefined, ...definition };
}

/**
 * Returns what the last `find` of a dependency found.
 *
 * @throws Error if it found nothing: a resource has used it without listing it in `needs`
 */
export function getSeen<Found>(resource: Resource<Found>): Found {
  if (resource.seen === undefined) throw new Error(`${resource.key} is needed and was not found`);
  return resource.seen;
}
