import path from 'node:path';
import type { Benchmark } from '../benchmark.js';
import { CONNECTIONS } from '../logs/contenders.js';
import { startApplication } from '../support/application.js';
import { scriptBeside, type Served } from '../support/children.js';
import { cpuSeconds } from '../support/cpu-time.js';
import { median } from '../support/figures.js';
import { compare, medianSpeed, takeTurns, type Contender } from '../support/rounds.js';
import { createPeople } from '../support/seed.js';
import type { World } from '../support/world.js';
import { mixedRequests } from './mixed-requests.js';

const MOST_CPU = 1.2;

/** Two processes of the application behind a balancer, and one: what it costs to be two. */
export const replicas: Benchmark = {
  key: 'replicas',
  async run(world) {
    const requests = mixedRequests(world, await createPeople(world.client, 'balanced', CONNECTIONS));
    const [first, second] = [await replica(world, 'replica-1'), await replica(world, 'replica-2')];
    const one = await behindBalancer(world, '1 process', [first], requests);
    const two = await behindBalancer(world, '2 processes', [first, second], requests);
    const speeds = await takeTurns([one, two], world.turns);
    const cpu = (contender: Contender) => median(speeds.get(contender)!.map((speed) => speed.cpuMicroseconds!));
    return {
      title: 'behind a balancer',
      speeds: [one, two].map((contender) => ({ name: contender.name, speed: medianSpeed(speeds.get(contender)!) })),
      comparisons: [
        compare(speeds.get(two)!, { name: '1 process', speeds: speeds.get(one)! }),
        { reference: 'CPU of 1 process for an answer', ratio: cpu(two) / cpu(one), bar: { atMost: MOST_CPU } },
      ],
    };
  },
};

const replica = ({ children, databaseUrl, folder }: World, name: string): Promise<Served> =>
  startApplication(children, { databaseUrl, folder, name });

async function behindBalancer(
  { children, folder, load }: World,
  name: string,
  servers: Served[],
  requests: string[][],
): Promise<Contender> {
  const { port } = await children.serve({
    script: scriptBeside(import.meta.url, 'balancer.js'),
    env: { BEHIND: JSON.stringify(servers.map((server) => server.port)) },
    logFile: path.join(folder, 'balancer.log'),
  });
  const computed = () => servers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const measure = async (seconds: number) => {
    const [began, before] = [performance.now(), computed()];
    const speed = await load.run({ port, requests, milliseconds: seconds * 1000 });
    // On a busy machine the last answers come later than they were asked to.
    const elapsed = (performance.now() - began) / 1000;
    return { ...speed, cpuMicroseconds: ((computed() - before) / (speed.perSecond * elapsed)) * 1e6 };
  };
  return { name, measure };
}
