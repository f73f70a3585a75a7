import type { UserCaller } from '../auth/caller.js';
import { SyncModule } from '../sync/sync.module.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import { TimersModule } from '../timers/timers.module.js';
import { TimersService } from '../timers/timers.service.js';
import { UsersModule } from '../users/users.module.js';
import { UsersService } from '../users/users.service.js';
import type { Call, Command } from './command.js';
import { withServices } from './context.js';

/** Carries out `work` as the user that the first parameter names; pushes go out before it ends. */
async function asUser(call: Call, work: (timers: TimersService, user: UserCaller) => Promise<string>): Promise<void> {
  await withServices(call.env, [UsersModule, TimersModule, SyncModule], async (services) => {
    const user = await services.get(UsersService).findByUsername(call.parameters[0]!);
    if (user?.username == null || !user.isEnabled) throw new Error(`There is no user "${call.parameters[0]}".`);
    const { id: userId, username, role, timeZone } = user;
    const caller: UserCaller = { kind: 'user', userId, username, role, timeZone, credential: 'cli' };
    call.terminal.write(await work(services.get(TimersService), caller));
  });
}

const authorOf = (user: UserCaller): ChangeAuthor => ({
  actor: { kind: 'user', id: String(user.userId) },
  origin: { kind: 'cli', id: null },
});

export const TIMER_START: Command = {
  words: 'timer start',
  summary: 'starts a timer; what the ledger shows running is stopped',
  parameters: ['username'],
  options: { task: { type: 'string' } },
  help: ['--task <text>  what it is for; default Working'],
  run: (call) =>
    asUser(call, async (timers, user) => {
      const { task } = call.options;
      const command = typeof task === 'string' ? { task } : {};
      return (await timers.start(user, command, authorOf(user))).message;
    }),
};

export const TIMER_STOP: Command = {
  words: 'timer stop',
  summary: 'stops what runs',
  parameters: ['username'],
  options: {},
  run: (call) => asUser(call, async (timers, user) => (await timers.stop(user, {}, authorOf(user))).message),
};

export const TIMER_CURRENT: Command = {
  words: 'timer current',
  summary: 'shows what runs, asked of the services',
  parameters: ['username'],
  options: {},
  run: (call) =>
    asUser(call, async (timers, user) => {
      const { entry } = await timers.current(user);
      return entry === null
        ? 'Nothing is running.'
        : `${entry.task} since ${new Date(entry.start * 1000).toISOString()}`;
    }),
};
