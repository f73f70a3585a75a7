// Makes `npm start` and `npm test` work on a fresh clone: installs what is missing, builds what is stale, and is silent
// and quick when there is nothing to do. Plain JavaScript for the system's own Node: nothing is installed before it runs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => path.join(root, ...parts);
const readJson = (...parts) => JSON.parse(readFileSync(at(...parts), 'utf8'));

if (!isInstalled()) install();
const stamp = hashSources();
if (!isBuilt(stamp)) build(stamp);

/** npm leaves a list of what it put there; it is written last, so an interrupted install has none. */
function isInstalled() {
  if (!existsSync(at('node_modules', '.package-lock.json'))) return false;
  const present = readJson('node_modules', '.package-lock.json').packages;
  return Object.entries(readJson('package-lock.json').packages).every(([name, wanted]) => {
    if (name === '') return true;
    // Packages for other platforms are optional and never there.
    return present[name] === undefined ? wanted.optional === true : present[name].version === wanted.version;
  });
}

function install() {
  console.error('Installing the packages of package-lock.json …');
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm === undefined ? ['npm'] : [process.env.npm_node_execpath ?? process.execPath, npm];
  // NODE_ENV=production would leave out the compiler.
  run(command, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund']);
}

function hashSources() {
  const hash = createHash('sha256');
  const add = (file) =>
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) add(at(file));
  for (const folder of ['src', 'migrations', 'simulators', 'bench', 'scripts']) {
    if (existsSync(at(folder))) sourcesIn(at(folder)).forEach(add);
  }
  return hash.digest('hex');
}

function sourcesIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(file);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts') ? [file] : [];
  });
}

function isBuilt(wanted) {
  const file = at('dist', '.stamp');
  return existsSync(file) && readFileSync(file, 'utf8') === wanted;
}

/** Into a folder beside it first: a build that fails or is interrupted leaves the last good one. */
function build(newStamp) {
  console.error('Building …');
  const half = at('dist.new');
  rmSync(half, { recursive: true, force: true });
  run('sh', [
    at('scripts', 'node'),
    at('node_modules/typescript/bin/tsc'),
    '-p',
    'tsconfig.build.json',
    '--outDir',
    half,
  ]);
  writeFileSync(path.join(half, '.stamp'), newStamp);
  rmSync(at('dist'), { recursive: true, force: true });
  renameSync(half, at('dist'));
}

function run(command, args) {
  // Everything goes to stderr: stdout belongs to the program that is started afterwards.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(`${path.basename(command)} ${args.slice(-5).join(' ')} failed${error ? `: ${error.message}` : ''}`);
  rmSync(at('dist.new'), { recursive: true, force: true });
  process.exit(1);
}
