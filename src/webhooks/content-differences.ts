import type { WebhookReport } from '../integrations/contract/webhooks.js';
import type { Diff, Json } from '../time-entries/snapshot.js';

/** Field by field where two deliveries about one entry contradict each other, in the words of the ledger. */
export function differencesBetween(first: WebhookReport, second: WebhookReport): Diff {
  const before = contentOf(first);
  const after = contentOf(second);
  const moved = Object.keys(before).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  return Object.fromEntries(moved.map((field) => [field, { from: before[field]!, to: after[field]! }]));
}

const contentOf = ({ entry, account }: WebhookReport): Record<string, Json> => ({
  startedAt: entry.start.toISOString(),
  endedAt: entry.end?.toISOString() ?? null,
  description: entry.description,
  projectExternalId: entry.projectExternalId,
  taskExternalId: entry.taskExternalId,
  tags: [...new Set(entry.tags)].sort(),
  isBillable: entry.isBillable,
  accountId: account.accountId,
});
