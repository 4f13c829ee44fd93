import type { Context } from '../context.js';
import type { Kind } from './kind.js';
import type { Resource } from './resource.js';

/** An entry of a profile: one resource, or several of one kind. */
export type Entry = Resource | readonly Resource[];

type Make = (context: Context, needs: never) => Entry;

/** Defines an entry of a profile from the context and from other entries, which its second parameter names. */
export type Blueprint = Make & {
  /** What the entry is, known before there is a context. */
  readonly kind: Kind;
};

/** What a resource file exports, for a profile to have a line of. */
export function defineBlueprint<M extends Make>(kind: Kind, make: M): M & { readonly kind: Kind } {
  return Object.assign(make, { kind });
}

/** The resources of a profile, under the names of its blueprints. */
export type Made<Blueprints> = {
  readonly [Name in keyof Blueprints]: Blueprints[Name] extends (...parameters: never) => infer One
    ? One
    : never;
};

/** The blueprints themselves, if the profile has every entry that they need; otherwise the line at fault fails to compile. */
type Fitting<Blueprints> = {
  [Name in keyof Blueprints]: Blueprints[Name] extends (context: Context, needs: infer Needs) => Entry
    ? Made<Blueprints> extends Needs
      ? Blueprints[Name]
      : 'needs an entry that this profile lacks'
    : never;
};

/** What a stack is made of. */
export interface Profile<Resources> {
  /** As `--profile` says. */
  readonly name: string;
  /** Of its resources, each once. */
  readonly kinds: readonly Kind[];
  /** Defines the resources; nothing is called yet. */
  resources(context: Context): Resources;
}

/**
 * Makes a profile.
 *
 * @param blueprints - one line for each entry, in the order that a person reads them; an entry may need later ones
 */
export function defineProfile<Blueprints extends Readonly<Record<string, Blueprint>>>(
  name: string,
  blueprints: Blueprints & Fitting<Blueprints>,
): Profile<Made<Blueprints>> {
  // The names are those of the blueprints, one by one, which TypeScript cannot follow through a loop.
  const resources = (context: Context) => makeAll(context, blueprints) as Made<Blueprints>;
  const kinds = [...new Set(Object.values<Blueprint>(blueprints).map(({ kind }) => kind))];
  return { name, kinds, resources };
}

/** All resources of a profile, in its order. */
export function listResources(resources: Readonly<Record<string, Entry>>): Resource[] {
  return Object.values(resources).flat();
}

/** Makes each entry when it is first asked for, which is how one that needs it gets it in time. */
function makeAll(context: Context, blueprints: Readonly<Record<string, Blueprint>>): Record<string, Entry> {
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
