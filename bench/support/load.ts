import { once } from 'node:events';
import type { Speed } from '../benchmark.js';
import { type Children, scriptBeside } from './children.js';
import type { LoadJob, LoadReport } from './load-job.js';

/** Our load generator, in a process of its own. */
export class Load {
  private readonly worker;

  constructor(children: Children) {
    this.worker = children.fork(scriptBeside(import.meta.url, 'load-worker.js'));
  }

  /** @throws Error when any answer was not 2xx: such a run measures nothing */
  async run(job: LoadJob): Promise<Speed> {
    const ended = new AbortController();
    this.worker.once('exit', () => ended.abort(new Error('the load generator has ended')));
    const answered = once(this.worker, 'message', { signal: ended.signal }) as Promise<[LoadReport]>;
    this.worker.send(job);
    const [report] = await answered;
    if (report.failure !== undefined) throw new Error(`port ${job.port}: ${report.failure}`);
    return {
      perSecond: report.answers / (report.milliseconds / 1000),
      p50Milliseconds: report.p50Milliseconds,
      p99Milliseconds: report.p99Milliseconds,
    };
  }
}
