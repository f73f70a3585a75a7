import { Secret } from '../common/secret.js';
import type { Config } from './env.js';
import type { Secrets } from './secrets.js';

/** Every secret of this process in the pieces in which it could be shown, for logs and the error log to cut out. */
export function knownSecrets(config: Config, secrets: Secrets): Secret[] {
  const { mail, zoho } = config;
  const webhookTokens = Object.values(config.clockifyWebhookTokens).flat();
  const nested = [mail.smtp?.login?.password, zoho.client?.secret, zoho.refreshToken, ...webhookTokens];
  const values = [...Object.values(config), ...Object.values(secrets), ...nested];
  const whole = values.filter((value) => value instanceof Secret);
  const keys = secrets.encryptionKeys.reveal().split(',');
  return [...whole, ...keys.map((key) => new Secret(key.slice(key.indexOf(':') + 1).trim()))];
}
