import { randomInt } from 'node:crypto';

/** What a run is repeated from: `TEST_SEED`, or a new one. It is printed, so that a failure can be repeated. */
export function seedOf(name: string): number {
  const seed = Number(process.env.TEST_SEED ?? randomInt(1, 2 ** 31));
  console.log(`${name}: TEST_SEED=${seed}`);
  return seed;
}

/** How often a property is tried: `TEST_RUNS`, or few. */
export const runsOf = (few: number): number => Number(process.env.TEST_RUNS ?? few);

/** How many deliveries a fault has to get through: `TEST_DELIVERIES`, or as many as take seconds. */
export const deliveriesOf = (few: number): number => Number(process.env.TEST_DELIVERIES ?? few);

/** Numbers from 0 to 1 that look random and are the same for the same seed. */
export function seededRandom(name: string): () => number {
  let state = seedOf(name);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The list in another order. */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const order = [...list];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
