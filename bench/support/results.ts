/** How fast something was: the median over the rounds. */
export interface Speed {
  perSecond: number;
  p50Milliseconds?: number;
  p99Milliseconds?: number;
  /** What the server itself computed per answer: unlike the rest it hardly moves with what else the machine is doing. */
  cpuMicroseconds?: number;
}

/** What a ratio has to be for a pass; figures without a bar are only told. */
export type Bar = { atLeast: number } | { atMost: number };

/** The subject beside a reference that ran in turns with it. */
export interface Comparison {
  reference: string;
  /** Subject divided by reference, the median of the rounds; `null` when the reference could not run. */
  ratio: number | null;
  /** The lowest and the highest round: how much to believe the median. */
  range?: readonly [number, number];
  bar?: Bar;
  /** Why there is no ratio, and how to get one. */
  missing?: string;
}

export interface BenchmarkResult {
  title: string;
  /** The subject first, then what it is compared with. */
  speeds: { name: string; speed: Speed }[];
  comparisons: Comparison[];
}
