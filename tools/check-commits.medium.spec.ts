import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('check-commits.mjs', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-commits-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs git with further variables, which the program `env` adds to the current ones. */
function git(args: readonly string[], date = '2026-12-01T12:00:00Z'): void {
  const variables = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const { status, stderr } = spawnSync('env', [...assignments, 'git', '-C', folder, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

const commit = (subject: string, date?: string) =>
  git(['commit', '--quiet', '--allow-empty', '--message', subject], date);

function checkCommits(of = folder): { code: number | null; text: string } {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, of], { encoding: 'utf8' });
  return { code: status, text: stdout };
}

const LONGEST = `fix(api): ${'x'.repeat(62)}`;

describe('tools/check-commits.mjs', () => {
  beforeEach(() => git(['init', '--quiet', '--initial-branch=main']));

  it('passes subjects in the Conventional form of up to 72 characters', () => {
    for (const subject of [
      LONGEST,
      'feat!: one',
      'docs: two',
      'perf(web, api)!: three',
      'fix(s3/host): “four”',
    ])
      commit(subject);
    expect(checkCommits()).toEqual({ code: 0, text: 'commits: 5 checked, 0 to reword\n' });
  });

  it.each([
    ['a subject of 73 characters', `${LONGEST}x`, '73 characters, at most 72'],
    ['no type', 'Fix the gallery', 'not in the form'],
    ['an unknown type', 'bench: longer rounds', 'not in the form'],
    ['no space after the colon', 'fix:gallery', 'not in the form'],
    ['an empty scope', 'fix(): gallery', 'not in the form'],
    ['a fixup commit', 'fixup! fix: gallery', 'not in the form'],
  ])('refuses %s, and names the commit', (_, subject, fault) => {
    commit('docs: fine');
    commit(subject);
    const { code, text } = checkCommits();
    expect(code).toBe(1);
    expect(text).toContain(`${subject}\n  ${fault}`);
    expect(text).toContain('2 checked, 1 to reword');
  });

  it('ignores merges and commits older than the rule', () => {
    commit(
      'The first commit, made long before there was a rule for the subjects of commits',
      '2026-11-21T22:35:14Z',
    );
    git(['switch', '--quiet', '--create', 'topic']);
    commit('feat: a topic');
    git(['switch', '--quiet', 'main']);
    git(['merge', '--quiet', '--no-ff', '--message', 'Merge the topic', 'topic']);
    expect(checkCommits()).toEqual({ code: 0, text: 'commits: 1 checked, 0 to reword\n' });
  });

  it('checks the commits of a shallow clone', async () => {
    commit('No form');
    commit('feat: the last');
    const clone = join(folder, 'clone');
    git(['clone', '--quiet', '--depth=1', `file://${folder}`, clone]);
    expect(checkCommits(clone)).toEqual({ code: 0, text: 'commits: 1 checked, 0 to reword\n' });
  });

  it('fails when the history cannot be read', () => {
    const { code, text } = checkCommits();
    expect(code).toBe(1);
    expect(text).toContain('git cannot read the history');
  });
});

it('reports that a tree without .git has nothing to check', () => {
  expect(checkCommits()).toEqual({ code: 0, text: 'commits: nothing to check, this tree has no .git\n' });
});
