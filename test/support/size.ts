/**
 * How large the tests are: at the `gate`, which every change passes, each fault strikes at least once; in `full`, before a
 * release and at night (`npm run test:fault`), often, over thousands, and in every combination. See docs/RELIABILITY.md.
 */
export const SIZE: 'gate' | 'full' = process.env.TEST_SIZE === 'full' ? 'full' : 'gate';

/** A number, a list of cases or a patience, by the size of the run. */
export const sized = <T>(gate: T, full: T): T => (SIZE === 'full' ? full : gate);
