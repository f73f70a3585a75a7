import path from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHMARKS } from './benchmarks.js';
import type { WorldOptions } from './support/world.js';

export interface Options extends WorldOptions {
  /** Keys of the benchmarks to run. */
  only: readonly string[];
}

export const USAGE = `npm run bench [-- options]
  --quick          fewer logs and shorter rounds, about 20 s: to see that it works, not to quote
  --only <keys>    comma list of ${BENCHMARKS.map(({ key }) => key).join(', ')}
  --profile <dir>  also writes CPU profiles of the servers there (slows them down)
`;

/** @throws Error for what cannot be meant */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, profile: { type: 'string' } },
  });
  const known = BENCHMARKS.map(({ key }) => key);
  const only = values.only?.split(',') ?? known;
  const unknown = only.filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new Error(`There is no benchmark ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  return {
    only,
    isQuick: values.quick ?? false,
    profileFolder: values.profile === undefined ? undefined : path.resolve(values.profile),
  };
}
