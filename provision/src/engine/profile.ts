import type { Context } from '../context.js';
import type { Kind } from './kind.js';
import type { Resource } from './resource.js';

/** An entry of a profile: one resource, or several of one kind. */
export type Entry = Resource | readonly Resource[];

type Make = (context: Context, needs: never) => Entry;

/** Defines an entry of a profile from the context and from other entries, which its second parameter names. */
export type Blueprint = Make & {
  /** The kind of the entry, known without a context. */
  readonly kind: Kind;
};

/** Creates the blueprint that a resource file exports for a line of a profile. */
export function defineBlueprint<M extends Make>(kind: Kind, make: M): M & { readonly kind: Kind } {
  return Object.assign(make, { kind });
}

/** The resources of a profile, under the names of its blueprints. */
export type Made<Blueprints> = {
  readonly [Name in keyof Blueprints]: Blueprints[Name] extends (...parameters: never) => infer One
    ? One
    : never;
};

/** The blueprints, if the profile has every entry that they need. Otherwise the incomplete line does not compile. */
type Fitting<Blueprints> = {
  [Name in keyof Blueprints]: Blueprints[Name] extends (context: Context, needs: infer Needs) => Entry
    ? Made<Blueprints> extends Needs
      ? Blueprints[Name]
      : 'needs an entry that this profile lacks'
    : never;
};

/** The resources that a stack consists of. */
export interface Profile<Resources> {
  /** The value of `--profile`. */
  readonly name: string;
  /** Kinds of its resources, each once. */
  readonly kinds: readonly Kind[];
  /** Defines the resources. It calls nothing. */
  resources(context: Context): Resources;
}

/**
 * Defines a profile.
 *
 * @param blueprints - one line for each entry, in the order of the plan; an entry may need later ones
 */
export function defineProfile<Blueprints extends Readonly<Record<string, Blueprint>>>(
  name: string,
  blueprints: Blueprints & Fitting<Blueprints>,
): Profile<Made<Blueprints>> {
  // Each name is that of its blueprint, which TypeScript cannot see through a loop.
  const resources = (context: Context) => createAll(context, blueprints) as Made<Blueprints>;
  const kinds = [...new Set(Object.values<Blueprint>(blueprints).map(({ kind }) => kind))];
  return { name, kinds, resources };
}

/** All resources of a profile, in its order. */
export function listResources(resources: Readonly<Record<string, Entry>>): Resource[] {
  return Object.values(resources).flat();
}

/** Creates each entry on first access, so that an entry may need a later one. */
function createAll(context: Context, blueprints: Readonly<Record<string, Blueprint>>): Record<string, Entry> {
  const made = new Map<string, Entry>();
  const begun = new Set<string>();
  const make = (name: string, blueprint: Blueprint): Entry => {
    const before = made.get(name);
    if (before !== undefined) return before;
    if (begun.has(name)) throw new Error(`${name} needs itself`);
    begun.add(name);
    const entry = blueprint(context, entries as never);
    made.set(name, entry);
    return entry;
  };
  const entries = {};
  for (const [name, blueprint] of Object.entries(blueprints)) {
    Object.defineProperty(entries, name, { enumerable: true, get: () => make(name, blueprint) });
  }
  return { ...entries };
}
