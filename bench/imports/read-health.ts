import { IMPORT_LIMITS } from '../../src/imports/file-reader.js';
import { openHealthExport } from '../../src/imports/health/health-export.js';
import type { HealthFigures } from './health-contract.js';

/** A process that reads an export as the application does, up to what it would tell the ledger. */
const reader = await openHealthExport(process.env.HEALTH_FILE!, IMPORT_LIMITS);
const [began, computed] = [performance.now(), process.cpuUsage()];
let activities = 0;
for await (const item of reader.items()) if (item.kind === 'health') activities += 1;
const { user, system } = process.cpuUsage(computed);
const figures: HealthFigures = {
  seconds: (performance.now() - began) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
  activities,
};
process.send!(figures);
process.disconnect();
