import { Secret } from '../common/secret.js';
import type { EnvReader } from './env-reader.js';

/** The tokens Clockify signs its deliveries with: each of its webhooks has one of its own. */
export interface ClockifyWebhookTokens {
  start: Secret[];
  end: Secret[];
  edit: Secret[];
  delete: Secret[];
  manual: Secret[];
}

/** Which variable holds the tokens of which event. */
export const CLOCKIFY_TOKEN_VARIABLES = {
  start: 'CLOCKIFY_SECRET_TOKEN_START',
  end: 'CLOCKIFY_SECRET_TOKEN_END',
  edit: 'CLOCKIFY_SECRET_TOKEN_EDIT',
  delete: 'CLOCKIFY_SECRET_TOKEN_DELETE',
  manual: 'CLOCKIFY_SECRET_TOKEN_MANUAL_CREATE',
} as const satisfies Record<keyof ClockifyWebhookTokens, string>;

/** The old one and the new one, while a webhook is being replaced. */
const MOST_TOKENS = 2;

export function readClockifyWebhookTokens(reader: EnvReader): ClockifyWebhookTokens {
  const { start, end, edit, delete: deleted, manual } = CLOCKIFY_TOKEN_VARIABLES;
  return {
    start: readTokens(reader, start),
    end: readTokens(reader, end),
    edit: readTokens(reader, edit),
    delete: readTokens(reader, deleted),
    manual: readTokens(reader, manual),
  };
}

function readTokens(reader: EnvReader, name: string): Secret[] {
  const given = reader.secret(name);
  if (given === undefined) return [];
  const tokens = given
    .reveal()
    .split(',')
    .map((token) => token.trim());
  if (tokens.length > MOST_TOKENS || tokens.includes('')) {
    reader.fail(name, 'must be one token, or two with a comma between them');
    return [];
  }
  return tokens.map((token) => new Secret(token));
}
