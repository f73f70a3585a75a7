import { IntegrationsModule } from '../integrations/integrations.module.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { WebhookRegistrar } from '../integrations/webhook-registrar.js';
import { UsersModule } from '../users/users.module.js';
import { UsersService } from '../users/users.service.js';
import type { INestApplicationContext } from '@nestjs/common';
import { UsageError, type Call, type Command } from './command.js';
import { withServices } from './context.js';

const OPTIONS = { integration: { type: 'string' } } as const;
const HELP = ['--integration <id>  which one (see GET /v1/resources/integrations)'];

/** The integration that was named, if it is this user's. */
async function integrationOf(services: INestApplicationContext, { parameters, options }: Call): Promise<number> {
  if (typeof options.integration !== 'string' || !/^[1-9]\d{0,14}$/.test(options.integration)) {
    throw new UsageError('--integration must be the number of an integration');
  }
  const user = await services.get(UsersService, { strict: false }).findByUsername(parameters[0]!);
  if (user === null) throw new Error(`There is no user "${parameters[0]}".`);
  return (await services.get(IntegrationsService).getOwned(user.id, Number(options.integration))).id;
}

export const WEBHOOK_REGISTER: Command = {
  words: 'webhook register',
  summary: 'asks a service to deliver here by itself, and keeps the secrets of that',
  parameters: ['username'],
  options: OPTIONS,
  help: HELP,
  async run(call) {
    const registrations = await withServices(call.env, [UsersModule, IntegrationsModule], async (services) =>
      services.get(WebhookRegistrar).register(await integrationOf(services, call)),
    );
    const words = { made: 'made', known: 'is there already', left_out: 'left out' };
    for (const { event, state, reason } of registrations) {
      call.terminal.write(`${event ?? 'all events'}: ${words[state]}${reason === null ? '' : ` (${reason})`}`);
    }
    const missing = registrations.filter(({ state }) => state === 'left_out').map(({ event }) => event ?? 'all events');
    if (missing.length > 0) {
      call.terminal.write(`Nothing is delivered of: ${missing.join(', ')}. Sync brings it, a few minutes later.`);
    }
  },
};

export const WEBHOOK_LIST: Command = {
  words: 'webhook list',
  summary: 'shows what a service was asked to deliver here',
  parameters: ['username'],
  options: OPTIONS,
  help: HELP,
  async run(call) {
    const subscriptions = await withServices(call.env, [UsersModule, IntegrationsModule], async (services) =>
      services.get(WebhookRegistrar).list(await integrationOf(services, call)),
    );
    for (const { externalId, event, url, isActive, hasSecret } of subscriptions) {
      const states = [isActive ? 'active' : 'not active', ...(hasSecret ? [] : ['its secret is not kept here'])];
      call.terminal.write(`${externalId}  ${event ?? 'all events'}  ${url}  ${states.join(', ')}`);
    }
    if (subscriptions.length === 0) call.terminal.write('Nothing.');
  },
};
