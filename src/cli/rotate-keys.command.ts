import { IntegrationsModule } from '../integrations/integrations.module.js';
import { KeyRotationService } from '../integrations/key-rotation.service.js';
import { WebhookSecretsService } from '../integrations/webhook-secrets.service.js';
import type { Command } from './command.js';
import { withServices } from './context.js';

export const ROTATE_KEYS: Command = {
  words: 'rotate-keys',
  summary: 'seals every stored credential with the first key of ENCRYPTION_KEYS, while the app goes on working',
  parameters: [],
  options: {},
  help: [
    'Before: give every process the new key as the last of ENCRYPTION_KEYS, then as the first.',
    'It may be stopped and run again. Afterwards keep the old key at the end: the history it sealed is verified with it.',
  ],
  async run({ env, terminal }) {
    const { moved, unreadable, remaining } = await withServices(env, [IntegrationsModule], async (services) => {
      const secrets = await services.get(WebhookSecretsService).rotate();
      if (secrets > 0) terminal.write(`${secrets} secrets of webhooks were moved to the first key.`);
      return services.get(KeyRotationService).rotate((count) => terminal.write(`${count} moved …`));
    });
    terminal.write(`${moved} credentials were moved to the first key.`);
    if (remaining > 0) throw new Error(`${remaining} are still under another key: run it again.`);
    if (unreadable.length > 0) {
      throw new Error(`Those of integration ${unreadable.join(', ')} cannot be opened: they must be given again.`);
    }
    terminal.write('No credential is under another key.');
  },
};
