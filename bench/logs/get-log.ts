import type { Benchmark } from '../benchmark.js';
import { sha256 } from '../../src/common/hashing.js';
import { HOW_TO_GET_PGBENCH } from '../support/pgbench.js';
import { compare, medianSpeed, takeTurns, type Contender } from '../support/rounds.js';
import { withExpressions } from '../support/statements.js';
import type { World } from '../support/world.js';
import {
  APPLICATION,
  BARE,
  bareServer,
  demandSameAnswer,
  LOGS,
  PGBENCH,
  requestsByReader,
  served,
  spreadLogIds,
} from './contenders.js';
import { applicationStatements } from './statements.js';

/** One log by its id: the price of the shell around a single statement. */
export const getLog: Benchmark = {
  key: 'get-log',
  async run(world) {
    await demandSameAnswer(world, `${LOGS}/1`);
    const requests = requestsByReader(world, (reader) => spreadLogIds(world, reader, 200).map((id) => `${LOGS}/${id}`));
    const application = served(world, APPLICATION, world.app, requests);
    const bare = served(world, BARE, await bareServer(world), requests);
    const pgbench = await pgbenchOf(world);
    const contenders = [application, bare, ...(pgbench === null ? [] : [pgbench])];
    const speeds = await takeTurns(contenders, world.turns);
    const ours = speeds.get(application)!;
    return {
      title: 'GET log by id',
      speeds: contenders.map((contender) => ({
        name: contender.name,
        speed: medianSpeed(speeds.get(contender)!),
      })),
      comparisons: [
        compare(ours, { name: BARE, speeds: speeds.get(bare)!, bar: { atLeast: 0.6 } }),
        pgbench === null
          ? { reference: PGBENCH, ratio: null, missing: HOW_TO_GET_PGBENCH }
          : compare(ours, { name: PGBENCH, speeds: speeds.get(pgbench)! }),
      ],
    };
  },
};

/** The look-up of the token and of the log, over all logs of one reader. */
async function pgbenchOf({ pgbench, seed }: World): Promise<Contender | null> {
  if (pgbench === null) return null;
  const { findToken, findLog } = await applicationStatements();
  const [reader] = seed.readers;
  const script = [
    `\\set log random(0, ${Math.floor(seed.logCount / seed.readers.length) - 1}) * ${seed.readers.length} + 1`,
    `${withExpressions(findToken, [':hash'])};`,
    `${withExpressions(findLog, [':user', ':log'])};`,
  ].join('\n');
  const variables = { hash: `\\x${sha256(reader!.token).toString('hex')}`, user: reader!.userId };
  return { name: PGBENCH, measure: (seconds) => pgbench.measure(script, variables, seconds) };
}
