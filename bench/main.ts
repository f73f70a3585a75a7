import { writeFileSync } from 'node:fs';
import { BENCHMARKS } from './benchmarks.js';
import { readOptions, USAGE, type Options } from './options.js';
import { markdownOf } from './support/markdown.js';
import { describeMachine, describeResult, summarise } from './support/report.js';
import { openWorld } from './support/world.js';

/** Slow is a result, not a failure: only what could not be measured ends with an exit code. */
async function main(options: Options): Promise<void> {
  const started = performance.now();
  const machine = describeMachine();
  console.log(machine);
  const world = await openWorld(options);
  try {
    console.log(`${world.description}, ready after ${seconds(started)} s\n`);
    const results = [];
    for (const benchmark of BENCHMARKS.filter(({ key }) => options.only.includes(key))) {
      const result = await benchmark.run(world);
      console.log(`${describeResult(result)}\n`);
      results.push(result);
    }
    console.log(summarise(results));
    if (options.markdownFile !== undefined) writeFileSync(options.markdownFile, markdownOf(results, machine));
    console.log(`\n${seconds(started)} s altogether${options.isQuick ? '; too short to be quoted (--quick)' : ''}`);
  } finally {
    await world.close();
  }
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}
try {
  await main(options);
} catch (error) {
  console.error(error);
  process.exit(1);
}
