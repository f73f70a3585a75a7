// `npm run test:mutants`: takes one promise out of a copy of the sources at a time, and runs the test that has to miss it.
// A mutant that its test does not notice survives, and the command ends with 1. Names after `--` choose some of them.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const all = JSON.parse(readFileSync(path.join(root, 'test/mutants/mutants.json'), 'utf8'));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => all.every((mutant) => mutant.name !== name));
if (unknown.length > 0) {
  console.error(`There is no mutant ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const mutants = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const KILLED = 'killed';
const isFailed = ({ status }) => status === 'failed';

const folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-mutants-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
copySources();
build();

console.log(`${mutants.length} mutants`);
const verdicts = mutants.map((mutant) => {
  const verdict = judge(mutant);
  console.log(`${verdict === KILLED ? '✓' : '✗'} ${verdict} ${mutant.name}: ${mutant.promise} (${mutant.test})`);
  return verdict;
});
const killed = verdicts.filter((verdict) => verdict === KILLED).length;
console.log(`\n${killed} killed, ${mutants.length - killed} not`);
process.exit(killed === mutants.length ? 0 : 1);

/** What is under version control, as it lies here, so that nobody's folder is touched. */
function copySources() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of String(listed).split('\0').filter(Boolean)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
}

/** Whether a mutant is well typed is not the question. */
function build() {
  const compiler = path.join('node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = node([compiler, '-p', 'tsconfig.build.json', '--noCheck']);
  if (status !== 0) throw new Error(`The sources cannot be built: ${stdout}`);
}

/** A test that fails anyway proves nothing. */
function judge(mutant) {
  const before = run(mutant);
  if (before.length === 0) return 'WITHOUT ITS TEST';
  if (before.some(isFailed)) {
    console.log(before.flatMap(({ failureMessages }) => failureMessages).join('\n'));
    return 'FAILS WITHOUT IT';
  }
  const originals = new Map(mutant.changes.map(({ file }) => [file, readFileSync(path.join(folder, file), 'utf8')]));
  const needsBuild = mutant.test.startsWith('test/fault/');
  try {
    mutant.changes.forEach(apply);
    if (needsBuild) build();
    return run(mutant).some(isFailed) ? KILLED : 'SURVIVED';
  } finally {
    for (const [file, text] of originals) writeFileSync(path.join(folder, file), text);
    if (needsBuild) build();
  }
}

function apply({ file, find, replace }) {
  const text = readFileSync(path.join(folder, file), 'utf8');
  const parts = text.split(find.join('\n'));
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places like: ${find.join('\n')}`);
  writeFileSync(path.join(folder, file), parts.join(replace.join('\n')));
}

/** The results of the tests of its file whose titles begin with its title. */
function run({ test: file, title }) {
  const output = path.join(folder, 'results.json');
  rmSync(output, { force: true });
  const pattern = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const program = path.join('node_modules', 'vitest', 'vitest.mjs');
  const { stdout } = node([program, 'run', file, '-t', pattern, '--reporter=json', `--outputFile=${output}`]);
  try {
    const { testResults } = JSON.parse(readFileSync(output, 'utf8'));
    return testResults.flatMap(({ assertionResults }) => assertionResults).filter((one) => one.title.startsWith(title));
  } catch {
    console.log(stdout);
    return [];
  }
}

function node(args) {
  const env = { ...process.env, TEST_SIZE: args.some((arg) => arg.endsWith('.full.spec.ts')) ? 'full' : 'gate' };
  return spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
