/** What a run is repeated from: the one seed the whole run has. It is printed, so that a failure can be repeated. */
export function seedOf(name: string): number {
  const seed = Number(process.env.TEST_SEED);
  console.log(`${name}: TEST_SEED=${seed}`);
  return seed;
}

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
