import { once } from 'node:events';
import type { Speed } from './results.js';
import { type Children, scriptBeside } from './children.js';
import type { LoadJob, LoadReport } from './load-job.js';

/** Our load generator, in a process of its own. */
export class Load {
  private readonly worker;
  private readonly ended: Promise<never>;

  constructor(children: Children) {
    this.worker = children.fork(scriptBeside(import.meta.url, 'load-worker.js'));
    this.ended = once(this.worker, 'exit').then(() => {
      throw new Error('the load generator has ended');
    });
    this.ended.catch(() => {}); // after the last run it may
  }

  /** @throws Error when any answer was not 2xx: such a run measures nothing */
  async run(job: LoadJob): Promise<Speed> {
    this.worker.send(job);
    const [report] = await Promise.race([once(this.worker, 'message') as Promise<[LoadReport]>, this.ended]);
    if (report.failure !== undefined) throw new Error(`port ${job.port}: ${report.failure}`);
    return {
      perSecond: report.answers / (report.milliseconds / 1000),
      p50Milliseconds: report.p50Milliseconds,
      p99Milliseconds: report.p99Milliseconds,
    };
  }
}
