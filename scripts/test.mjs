// `npm test`: the static checks, then every test, and one line that sums them up. With arguments (`npm test -- test/e2e`)
// they go to vitest and the checks are left out.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The program of a package, as its own package.json names it. */
function bin(name, program = name) {
  const folder = path.join(root, 'node_modules', name);
  const { bin: programs } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof programs === 'string' ? programs : programs[program]);
}

const CHECKS = [
  ['formatting', bin('prettier'), '--check', '--log-level', 'warn', '.'],
  ['lint', bin('oxlint'), '--type-aware', '--deny-warnings'],
  ['types', bin('typescript', 'tsc'), '--noEmit'],
  [
    'import rules',
    bin('dependency-cruiser', 'depcruise'),
    '--config',
    '.dependency-cruiser.js',
    'src',
    'migrations',
    'simulators',
    'test',
  ],
  ['house rules', 'scripts/house-rules.mjs'],
];

const args = process.argv.slice(2);
const totals = { passed: 0, failed: 0 };
if (args.length === 0) await runChecks();
await runTests();
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

async function runChecks() {
  const results = await Promise.all(CHECKS.map(([, ...command]) => node(command, 'pipe')));
  for (const [index, { code, output }] of results.entries()) {
    const isPassed = code === 0;
    console.log(`${isPassed ? '✓' : '✗'} ${CHECKS[index][0]}`);
    if (!isPassed) console.log(output.trim().replaceAll(/^/gm, '    '));
    totals[isPassed ? 'passed' : 'failed'] += 1;
  }
}

async function runTests() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-results-'));
  const file = path.join(folder, 'results.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code } = await node([bin('vitest'), 'run', ...reporters, ...args], 'inherit');
  addResults(file, code);
  rmSync(folder, { recursive: true, force: true });
}

/** A file that cannot even be loaded, and an error outside of any test, count as one failure each. */
function addResults(file, code) {
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log('The test run ended without results.');
    totals.failed += 1;
    return;
  }
  const unloaded = results.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  );
  const failed = results.numFailedTests + unloaded.length;
  totals.passed += results.numPassedTests;
  totals.failed += failed;
  if (failed > 0) return;
  if (results.numPassedTests === 0) console.log('No test ran.');
  if (results.numPassedTests === 0 || code !== 0) totals.failed += 1;
}

function node(command, stdio) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', stdio, stdio] });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
