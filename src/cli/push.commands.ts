import { PushModule } from '../push/push.module.js';
import { PushService } from '../push/push.service.js';
import { UsageError, type Command } from './command.js';
import { withServices } from './context.js';

export const PUSH_REDRIVE: Command = {
  words: 'push redrive',
  summary: 'tries again what a service refused or did not take for three days',
  parameters: [],
  options: { integration: { type: 'string' } },
  help: ['--integration <id>  only what is meant for this integration (default: all of them)'],
  async run({ options, env, terminal }) {
    const id = readId(options.integration);
    const count = await withServices(env, [PushModule], (services) => services.get(PushService).redrive(id));
    terminal.write(`${count} ${count === 1 ? 'write is' : 'writes are'} tried again by the running app.`);
  },
};

function readId(text: string | boolean | undefined): number | null {
  if (text === undefined) return null;
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) throw new UsageError('--integration must be the number of an integration');
  return id;
}
