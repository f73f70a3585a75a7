import type { BenchmarkResult } from './support/results.js';
import type { World } from './support/world.js';

/** One file of `bench/`, named in `benchmarks.ts`. */
export interface Benchmark {
  /** For `--only`. */
  key: string;
  /** Only where it is named. */
  isLong?: boolean;
  run(world: World): Promise<BenchmarkResult>;
}
