import path from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHMARKS } from './benchmarks.js';
import type { WorldOptions } from './support/world.js';

export interface Options extends WorldOptions {
  /** Keys of the benchmarks to run. */
  only: readonly string[];
  /** Where the figures are written as a table. */
  markdownFile: string | undefined;
}

export const USAGE = `npm run bench [-- options]
  --quick          fewer logs and shorter rounds, about 20 s: to see that it works, not to quote
  --only <keys>    comma list of ${BENCHMARKS.map(({ key }) => key).join(', ')}
  --soak-minutes <n>  how long the soak goes on, which runs only where it is named; 1 without it
  --markdown <file>   also writes the figures there, as a table
  --profile <dir>  also writes CPU profiles of the servers there (slows them down)
`;

/** @throws Error for what cannot be meant */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean' },
      only: { type: 'string' },
      'soak-minutes': { type: 'string' },
      markdown: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const known = BENCHMARKS.map(({ key }) => key);
  const only = values.only?.split(',') ?? BENCHMARKS.filter(({ isLong }) => isLong !== true).map(({ key }) => key);
  const unknown = only.filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new Error(`There is no benchmark ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  const soakMinutes = Number(values['soak-minutes'] ?? 1);
  if (!(soakMinutes > 0)) throw new Error('--soak-minutes must be a number.');
  return {
    only,
    soakMinutes,
    markdownFile: values.markdown === undefined ? undefined : path.resolve(values.markdown),
    isQuick: values.quick ?? false,
    profileFolder: values.profile === undefined ? undefined : path.resolve(values.profile),
  };
}
