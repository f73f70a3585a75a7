import os from 'node:os';
import type { Bar, BenchmarkResult, Comparison, Speed } from './results.js';

const BAR_WIDTH = 30;

export function describeMachine(): string {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0]!.toFixed(1);
  return `${os.cpus().length} × ${cpu?.model ?? 'unknown CPU'}, Node ${process.versions.node}, load ${load} at the start`;
}

export function describeResult({ title, speeds, comparisons }: BenchmarkResult): string {
  const width = Math.max(...speeds.map(({ name }) => name.length));
  return [
    title,
    ...speeds.map(({ name, speed }) => `  ${name.padEnd(width)}  ${describeSpeed(speed)}`),
    ...comparisons.map((comparison) => `  ${describeComparison(comparison)}`),
  ].join('\n');
}

/** Every ratio as a bar, in the end so that it is what remains on the screen. */
export function summarise(results: readonly BenchmarkResult[]): string {
  const rows = results.flatMap(({ title, comparisons }) =>
    comparisons.map((comparison) => ({ name: `${title} : ${comparison.reference}`, comparison })),
  );
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  const longest = Math.max(1, ...rows.map(({ comparison }) => comparison.ratio ?? 0));
  return rows
    .map(({ name, comparison }) => {
      const length = Math.round(((comparison.ratio ?? 0) / longest) * BAR_WIDTH);
      const bar = '█'.repeat(length).padEnd(BAR_WIDTH, '·');
      return `${name.padEnd(width)}  ${bar}  ${comparison.ratio?.toFixed(2) ?? ' –  '}  ${verdict(comparison)}`;
    })
    .join('\n');
}

function describeSpeed({ perSecond, p50Milliseconds, p99Milliseconds, cpuMicroseconds }: Speed): string {
  if (Number.isNaN(perSecond)) return '';
  const rate = `${Math.round(perSecond).toLocaleString('en')}/s`.padStart(10);
  const latency =
    p50Milliseconds === undefined || p99Milliseconds === undefined
      ? ''
      : `   p50 ${p50Milliseconds.toFixed(1)} ms   p99 ${p99Milliseconds.toFixed(1)} ms`;
  const cpu = cpuMicroseconds === undefined ? '' : `   ${Math.round(cpuMicroseconds)} µs of CPU`;
  return `${rate}${latency}${cpu}`;
}

function describeComparison({ reference, ratio, range, missing }: Comparison): string {
  if (ratio === null) return `ratio to ${reference}: missing. ${missing ?? ''}`;
  const spread = range === undefined ? '' : ` (rounds ${range[0].toFixed(2)}–${range[1].toFixed(2)})`;
  return `ratio to ${reference}: ${ratio.toFixed(2)}${spread}`;
}

function verdict({ ratio, bar }: Comparison): string {
  if (bar === undefined) return '';
  const wanted = 'atLeast' in bar ? `≥ ${bar.atLeast.toFixed(2)}` : `≤ ${bar.atMost.toFixed(2)}`;
  if (ratio === null) return `? ${wanted}`;
  return `${isMet(bar, ratio) ? '✓' : '✗'} ${wanted}`;
}

/** @returns whether a ratio reaches its bar, exactly and not as rounded for the eye */
export const isMet = (bar: Bar, ratio: number): boolean =>
  'atLeast' in bar ? ratio >= bar.atLeast : ratio <= bar.atMost;
