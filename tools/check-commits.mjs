// `node tools/check-commits.mjs`, part of `npm run lint`: checks that the subjects of commits follow Conventional Commits
// and have at most 72 characters. Exits with 1 when a commit breaks the rule. Plain JavaScript without dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The date from which the rule applies. Of the 348 commits of the first release, 98 have longer subjects, and published
 * history is not rewritten. Unlike the hash of a base commit, a date also works in a shallow clone and after a rebase.
 */
const SINCE = Date.parse('2026-11-29T09:30:00Z');

/** The length up to which `git log --oneline`, GitHub and mail programs show a subject in full. */
const SUBJECT_MAX = 72;

const TYPES = ['build', 'chore', 'ci', 'docs', 'feat', 'fix', 'perf', 'refactor', 'revert', 'style', 'test'];
const FORM = new RegExp(`^(?:${TYPES.join('|')})(?:\\([a-z0-9.,/ -]+\\))?!?: \\S`);

/** The faults of a subject; empty for a correct one. */
function faultsOf(subject) {
  const faults = [];
  // Code points, as git and terminals count them.
  const { length } = [...subject];
  if (length > SUBJECT_MAX) faults.push(`${length} characters, at most ${SUBJECT_MAX}`);
  if (!FORM.test(subject)) faults.push('not in the form "type(scope): subject"');
  return faults;
}

function git(folder, args) {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { ok: status === 0, stdout: stdout ?? '', error: error?.message ?? stderr.trim(), missing: !!error };
}

/** The commits to which the rule applies. The log leaves out merges, because git writes their subjects. */
function commitsOf(log) {
  return log
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [hash, seconds, ...subject] = line.split('\t');
      return { hash, at: Number(seconds) * 1000, subject: subject.join('\t') };
    })
    .filter(({ at }) => at >= SINCE);
}

/** @returns {number} the exit code */
function check(folder) {
  if (!existsSync(path.join(folder, '.git'))) {
    console.log('commits: nothing to check, this tree has no .git');
    return 0;
  }
  const log = git(folder, ['log', '--no-merges', '--format=%h%x09%ct%x09%s']);
  if (log.missing) {
    console.log('commits: nothing to check, git is not installed');
    return 0;
  }
  if (!log.ok) {
    console.log(`commits: git cannot read the history: ${log.error}`);
    return 1;
  }
  const commits = commitsOf(log.stdout);
  const broken = commits.filter(({ subject }) => faultsOf(subject).length > 0);
  for (const { hash, subject } of broken)
    console.log(`${hash} ${subject}\n  ${faultsOf(subject).join('; ')}`);
  if (broken.length > 0) {
    console.log(
      `Types: ${TYPES.join(', ')}. Reword the commits before you push them: git rebase --interactive`,
    );
  }
  console.log(`commits: ${commits.length} checked, ${broken.length} to reword`);
  return broken.length > 0 ? 1 : 0;
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
process.exitCode = check(path.resolve(process.argv[2] ?? root));
