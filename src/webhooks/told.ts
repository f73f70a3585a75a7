import type { Actor, Origin } from '../binnacle/actor.js';
import type { DeliveredEvent, FilledIn } from './delivery.js';

/** A session of a service, by the service's own name for it. */
export interface SessionKey {
  source: string;
  workspaceId: string;
  externalId: string;
}

/** One thing the ledger was told: a delivery, or what a person said. */
export interface ToldStep extends SessionKey {
  order: number;
  at: Date;
  delivery: ToldDelivery | null;
  command: { actor: Actor; origin: Origin | null; change: Record<string, unknown> } | null;
}

export interface ToldDelivery {
  id: number;
  provider: string;
  event: DeliveredEvent;
  raw: Buffer;
  filledIn: FilledIn | null;
}

/** Who is behind an account; nothing else is known of anybody in the scratch database. */
export interface AccountOwner {
  provider: string;
  accountId: string;
  userId: number;
}

/** A session as the database has it, by column. */
export type SessionRow = Record<string, unknown> & { id: number; isWhole: boolean };
