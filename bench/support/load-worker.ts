import { percentile } from './figures.js';
import { LoadConnection } from './load-connection.js';
import type { LoadJob, LoadReport } from './load-job.js';

// A process of its own: the load must not wait for whatever else the benchmark is doing.
process.on('message', (job: LoadJob) => {
  void run(job).then((report) => process.send!(report));
});
process.on('disconnect', () => process.exit());

async function run({ port, milliseconds, requests, numbered, pauseMilliseconds = 0 }: LoadJob): Promise<LoadReport> {
  const started = performance.now();
  const stopAt = started + milliseconds;
  const runs = await Promise.allSettled(
    requests.map((own) => LoadConnection.drive(port, { requests: own, numbered, pauseMilliseconds, stopAt })),
  );
  const elapsed = performance.now() - started;
  const latencies = Float64Array.from(runs.flatMap((run) => (run.status === 'fulfilled' ? run.value : []))).sort();
  const failed = runs.find((run) => run.status === 'rejected');
  return {
    answers: latencies.length,
    milliseconds: elapsed,
    p50Milliseconds: percentile(latencies, 0.5),
    p99Milliseconds: percentile(latencies, 0.99),
    failure: failed === undefined ? undefined : String(failed.reason),
  };
}
