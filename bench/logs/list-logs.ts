import type { Benchmark } from '../benchmark.js';
import { compare, medianSpeed, takeTurns } from '../support/rounds.js';
import { APPLICATION, BARE, bareServer, demandSameAnswer, LOGS, requestsByReader, served } from './contenders.js';

/** A page of 100 logs: the price of turning rows into answers. */
export const listLogs: Benchmark = {
  key: 'list-logs',
  async run(world) {
    const path = `${LOGS}?limit=100`;
    await demandSameAnswer(world, path);
    const requests = requestsByReader(world, () => [path]);
    const application = served(world, APPLICATION, world.app, requests);
    const bare = served(world, BARE, await bareServer(world), requests);
    const speeds = await takeTurns([application, bare], world.turns);
    return {
      title: 'list of 100 logs',
      speeds: [application, bare].map((contender) => ({
        name: contender.name,
        speed: medianSpeed(speeds.get(contender)!),
      })),
      comparisons: [compare(speeds.get(application)!, { name: BARE, speeds: speeds.get(bare)! })],
    };
  },
};
