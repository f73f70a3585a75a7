import type { Benchmark } from './benchmark.js';
import { csv } from './imports/csv.js';
import { health } from './imports/health.js';
import { mix } from './load/mix.js';
import { replicas } from './load/replicas.js';
import { getLog } from './logs/get-log.js';
import { listLogs } from './logs/list-logs.js';
import { postLog } from './logs/post-log.js';
import { workbook } from './reports/workbook.js';
import { pullClockify, pullToggl } from './sync/pull.js';
import { soak } from './soak/soak.js';
import { month } from './timeline/month.js';
import { ingest } from './webhooks/ingest.js';
import { processing } from './webhooks/process.js';

/** Everything `npm run bench` measures, in this order. A new benchmark is a file and a line here. */
export const BENCHMARKS: readonly Benchmark[] = [
  getLog,
  postLog,
  listLogs,
  month,
  workbook,
  ingest,
  processing,
  mix,
  replicas,
  health,
  csv,
  pullToggl,
  pullClockify,
  soak,
];
