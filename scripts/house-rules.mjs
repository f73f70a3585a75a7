// Rules of the house that no linter knows. Prints each violation and fails when there is one.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const RULES = [
  {
    pattern: /\bnew Date\(\)|\bDate\.now\(/,
    allowedIn: /^src\/common\/clock\.ts$/,
    why: 'Ask Clock.now(): tests and children under test shift the time there.',
  },
  {
    pattern: /\bprocess\.env\b/,
    allowedIn: /^src\/config\//,
    why: 'Only config reads the environment, so that every variable is checked at the start.',
  },
  {
    // Lists that come along with a statement are called `v`, or have no name.
    pattern: /\b(select|returning)\s+((?!v\.)\w+\.)?\*(?! from (unnest)?\()/,
    allowedIn: /^$/,
    why: 'Name the columns: a prepared statement is refused once its table has got one more, while an older replica runs.',
  },
];

const violations = [...sourceViolations(), ...versionViolations(), ...lockViolations()];
for (const violation of violations) console.error(violation);
process.exit(violations.length === 0 ? 0 : 1);

function sourceViolations() {
  const files = readdirSync(path.join(root, 'src'), { recursive: true })
    .map((file) => `src/${file}`)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  return files.flatMap((file) => {
    const lines = readFileSync(path.join(root, file), 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      RULES.filter(
        (rule) => !rule.allowedIn.test(file) && rule.pattern.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line),
      ).map((rule) => `${file}:${index + 1}: ${rule.why}`),
    );
  });
}

function versionViolations() {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies'];
  return groups.flatMap((group) =>
    Object.entries(manifest[group] ?? {})
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `package.json: ${name} must have an exact version, not ${version}`),
  );
}

/**
 * A registry that does not serve the binaries of other platforms makes npm write a lock file without them, which `npm ci`
 * then refuses everywhere. An entry needs no more than version, os, cpu and `optional`.
 */
function lockViolations() {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).flatMap(([where, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) =>
          packages[`node_modules/${name}`] === undefined && packages[`${where}/node_modules/${name}`] === undefined,
      )
      .map((name) => `package-lock.json: the optional ${name} of ${where} has no entry, npm ci would refuse the file`),
  );
}
