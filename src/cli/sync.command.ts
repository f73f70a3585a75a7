import { SyncModule } from '../sync/sync.module.js';
import { SyncService } from '../sync/sync.service.js';
import { UsersModule } from '../users/users.module.js';
import { UsersService } from '../users/users.service.js';
import { withServices } from './context.js';
import { UsageError, type Command } from './command.js';

export const SYNC: Command = {
  words: 'sync',
  summary: "reads a user's services now; for cron and systemd timers",
  parameters: ['username'],
  options: { days: { type: 'string' } },
  help: ['--days <1..90>  walk these days instead of asking for the changes'],
  async run({ env, terminal, parameters, options }) {
    const days = options.days === undefined ? undefined : daysOf(options.days);
    await withServices(env, [UsersModule, SyncModule], async (services) => {
      const user = await services.get(UsersService).findByUsername(parameters[0]!);
      if (user === null) throw new Error(`There is no user "${parameters[0]}".`);
      const runs = await services.get(SyncService).now(user.id, undefined, days);
      for (const { integration_id: id, state, counts, error } of runs) {
        const done = Object.entries(counts ?? {}).map(([name, count]) => `${count} ${name}`);
        terminal.write(`Integration ${id}: ${state}. ${error ?? done.join(', ')}`);
      }
      if (runs.some(({ state }) => state === 'error')) throw new Error('Not every service could be read.');
    });
  },
};

function daysOf(text: string | boolean): number {
  if (typeof text === 'string' && /^[1-9]\d?$/.test(text) && Number(text) <= 90) return Number(text);
  throw new UsageError('--days must be a whole number from 1 to 90');
}
