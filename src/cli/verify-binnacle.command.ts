import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import { withServices } from './context.js';
import type { Command } from './command.js';

export const VERIFY_BINNACLE: Command = {
  words: 'verify-binnacle',
  summary: 'recomputes every chain and names each row altered, inserted or removed',
  parameters: [],
  options: {},
  async run({ env, terminal }) {
    const report = await withServices(env, [TimeEntriesModule], (services) =>
      services.get(TimeEntriesService).verifyBinnacle(),
    );
    const { entries, rows, checkpoints } = report.counts;
    terminal.write(`${entries} entries, ${rows} rows, ${checkpoints} checkpoints.`);
    for (const finding of report.findings) terminal.write(`${finding.kind}: ${finding.message}`);
    if (!report.intact) throw new Error(`The binnacle is not intact: ${report.findingCount} findings.`);
    terminal.write('The binnacle is intact.');
  },
};
