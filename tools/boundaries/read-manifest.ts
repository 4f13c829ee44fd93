import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { KIND_TAGS, type ProjectKind } from './rules.ts';
import type { Manifest } from './workspace.ts';

/** Export condition that resolves to a package's TypeScript source. */
const SOURCE_CONDITION = '@darkroom/source';

/** Reads a package.json. @throws Error if it is missing or not valid JSON */
export function readManifest(path: string): Manifest & { readonly workspaces: readonly string[] } {
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const manifest = record(json);
  return {
    name: typeof manifest['name'] === 'string' ? manifest['name'] : path,
    tags: texts(record(manifest['nx'])['tags']),
    dependencies: new Set(
      ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((field) =>
        Object.keys(record(manifest[field])),
      ),
    ),
    devDependencies: new Set(Object.keys(record(manifest['devDependencies']))),
    entries: new Map(Object.entries(record(manifest['exports'])).flatMap(sourceEntry)),
    workspaces: texts(manifest['workspaces']),
  };
}

/** Returns the kind that matches the tags, or undefined. */
export function kindOf(tags: readonly string[]): ProjectKind | undefined {
  return KIND_TAGS.find(
    (line) => line.tags.length === tags.length && line.tags.every((tag) => tags.includes(tag)),
  )?.kind;
}

function sourceEntry([subpath, conditions]: [string, unknown]): [string, string][] {
  const source = record(conditions)[SOURCE_CONDITION];
  return typeof source === 'string' ? [[subpath, posix.normalize(source)]] : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
