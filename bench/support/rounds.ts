import type { Bar, Comparison, Speed } from './results.js';
import { median } from './figures.js';

/** One of those that take turns. */
export interface Contender {
  name: string;
  measure(seconds: number): Promise<Speed>;
}

export interface Turns {
  rounds: number;
  secondsPerTurn: number;
}

const WARM_UP_SECONDS = 1;

/**
 * Lets all contenders run in each round, one after the other and every second round backwards. A machine that slows down
 * half-way slows all of them, so the ratios within a round hold where the figures alone would not.
 * @returns per contender the speed of each round
 */
export async function takeTurns(
  contenders: readonly Contender[],
  { rounds, secondsPerTurn }: Turns,
): Promise<Map<Contender, Speed[]>> {
  const speeds = new Map<Contender, Speed[]>(contenders.map((contender) => [contender, []]));
  for (const contender of contenders) await contender.measure(Math.min(WARM_UP_SECONDS, secondsPerTurn));
  for (let round = 0; round < rounds; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      speeds.get(contender)!.push(await contender.measure(secondsPerTurn));
    }
  }
  return speeds;
}

export const medianSpeed = (rounds: readonly Speed[]): Speed => ({
  perSecond: median(rounds.map((speed) => speed.perSecond)),
  p50Milliseconds: medianOfKnown(rounds.map((speed) => speed.p50Milliseconds)),
  p99Milliseconds: medianOfKnown(rounds.map((speed) => speed.p99Milliseconds)),
  cpuMicroseconds: medianOfKnown(rounds.map((speed) => speed.cpuMicroseconds)),
});

/** The ratio of each round, and their median. */
export function compare(
  subject: readonly Speed[],
  { name, speeds, bar }: { name: string; speeds: readonly Speed[]; bar?: Bar },
): Comparison {
  const ratios = subject.map((speed, round) => speed.perSecond / speeds[round]!.perSecond);
  return { reference: name, ratio: median(ratios), range: [Math.min(...ratios), Math.max(...ratios)], bar };
}

function medianOfKnown(values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : median(known);
}
