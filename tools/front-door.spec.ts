import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const { license, scripts, version } = JSON.parse(read('package.json')) as {
  license: string;
  scripts: Record<string, string>;
  version: string;
};
const contributing = read('CONTRIBUTING.md');

describe('CONTRIBUTING.md', () => {
  /** Paths in code spans: at least one folder and a name. */
  const paths = [...contributing.matchAll(/`([\w.-]+(?:\/[\w.<>-]+)+\/?)`/g)].map(([, path]) => path ?? '');

  it('names files and folders that exist', () => {
    expect(paths.length).toBeGreaterThan(20);
    const real = paths.filter((path) => !path.includes('<'));
    expect(real.filter((path) => !existsSync(fileURLToPath(new URL(path, root))))).toEqual([]);
  });

  it('names commands that exist', () => {
    const commands = [...contributing.matchAll(/`?npm run ([a-z-]+)/g)].map(([, name]) => name ?? '');
    expect(commands.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('has a section for each common change', () => {
    const headings = [...contributing.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'An output format',
      'An input format',
      'An AWS resource',
      'A job',
      'A route',
      'A setting',
    ]);
  });
});

describe('the license', () => {
  it('is MIT in LICENSE, in every manifest with a license and in every image', () => {
    expect(read('LICENSE')).toMatch(/^MIT License\n\nCopyright \(c\) 2026 The Darkroom authors\n/);
    expect(license).toBe('MIT');
    for (const folder of ['apps', 'libs']) {
      for (const name of readdirSync(new URL(folder, root))) {
        const manifest = JSON.parse(read(`${folder}/${name}/package.json`)) as { license?: string };
        expect([undefined, 'MIT']).toContain(manifest.license);
      }
    }
    const dockerfile = read('Dockerfile');
    const images = dockerfile.match(/image\.title=/g)?.length;
    expect(dockerfile.match(/image\.licenses="MIT"/g)).toHaveLength(images ?? 0);
  });
});

it('CHANGELOG.md lists unreleased changes first, then the version of package.json', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## \[(.+?)\]/gm)].map(([, heading]) => heading);
  expect(headings.slice(0, 2)).toEqual(['Unreleased', version]);
});

it('.editorconfig matches the settings of prettier', () => {
  const { printWidth, tabWidth = 2 } = JSON.parse(read('.prettierrc.json')) as {
    printWidth: number;
    tabWidth?: number;
  };
  const settings = read('.editorconfig');
  expect(settings).toContain(`\nmax_line_length = ${printWidth}\n`);
  expect(settings).toContain(`\nindent_size = ${tabWidth}\n`);
});
