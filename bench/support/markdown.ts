import type { BenchmarkResult, Comparison, Speed } from './results.js';
import { isMet } from './report.js';

/**
 * The figures as tables for docs/BENCHMARKS.md.
 * @param machine as it was when they began: its load is the other work
 */
export function markdownOf(results: readonly BenchmarkResult[], machine: string): string {
  const speeds = results.flatMap(({ title, speeds }) => [
    `| **${title}** | | | | |`,
    ...speeds.map(({ name, speed }) => `| ${[name, ...cellsOf(speed)].join(' | ')} |`),
  ]);
  const ratios = results.flatMap(({ title, comparisons }) =>
    comparisons.map((one) => `| ${[title, one.reference, ratioOf(one), barOf(one)].join(' | ')} |`),
  );
  return [
    `${machine}.`,
    '',
    '| | per second | p50 | p99 | CPU |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...speeds,
    '',
    '| | beside | ratio (lowest–highest round) | bar |',
    '| --- | --- | ---: | ---: |',
    ...ratios,
    '',
  ].join('\n');
}

function cellsOf({ perSecond, p50Milliseconds, p99Milliseconds, cpuMicroseconds }: Speed): string[] {
  const milliseconds = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(1)} ms`);
  return [
    Number.isNaN(perSecond) ? '' : Math.round(perSecond).toLocaleString('en'),
    milliseconds(p50Milliseconds),
    milliseconds(p99Milliseconds),
    cpuMicroseconds === undefined ? '' : `${Math.round(cpuMicroseconds).toLocaleString('en')} µs`,
  ];
}

function ratioOf({ ratio, range }: Comparison): string {
  if (ratio === null) return 'missing';
  const spread = range === undefined ? '' : ` (${range[0].toFixed(2)}–${range[1].toFixed(2)})`;
  return `${ratio.toFixed(2)}${spread}`;
}

function barOf({ ratio, bar }: Comparison): string {
  if (bar === undefined) return '';
  const wanted = 'atLeast' in bar ? `≥ ${bar.atLeast}` : `≤ ${bar.atMost}`;
  return ratio === null ? wanted : `${wanted} ${isMet(bar, ratio) ? '✓' : '✗'}`;
}
