import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../common/secret.js';
import { KeyRing } from '../config/key-ring.js';
import type { WebhookSecret, WebhookSecrets } from './contract/webhooks.js';
import { seal, Unreadable, unseal } from './sealing.js';
import type { WebhookSubscription } from './webhook-subscription.entity.js';
import { WebhookSubscriptionsRepository, type SubscriptionDraft } from './webhook-subscriptions.repository.js';

/** What another process has made is known here after this long, or at once to whoever proves it. */
const FRESH_MILLISECONDS = 30_000;
/** A service gives up after seconds, and asks again with a copy. */
const PATIENCE_MILLISECONDS = 300;
/** Strangers make us look again no more often than this. */
const PAUSE_MILLISECONDS = 250;
const PURPOSE = 'webhook-secrets';

/** The secrets of subscriptions that were made from here: encrypted on disk, opened once in memory. */
@Injectable()
export class WebhookSecretsService implements WebhookSecrets {
  private readonly logger = new Logger('Webhooks');
  private opened: ReadonlyMap<string, WebhookSecret[]> = new Map();
  private loading: Promise<void> | null = null;
  private loadedAt = -Infinity;

  constructor(
    private readonly repository: WebhookSubscriptionsRepository,
    private readonly keyRing: KeyRing,
  ) {}

  async known(provider: string): Promise<readonly WebhookSecret[]> {
    if (performance.now() - this.loadedAt <= FRESH_MILLISECONDS) return this.opened.get(provider) ?? [];
    const reading = this.lookAgain(provider);
    if (this.loadedAt === -Infinity) return reading;
    // While the database is crowded, deliveries are still proved by what was known a moment ago: the inbox has a way of its own.
    const patience = sleep(PATIENCE_MILLISECONDS, undefined, { ref: false });
    await Promise.race([reading.catch(() => undefined), patience]);
    return this.opened.get(provider) ?? [];
  }

  async lookAgain(provider: string): Promise<readonly WebhookSecret[]> {
    this.loading ??= this.load().finally(() => (this.loading = null));
    await this.loading;
    return this.opened.get(provider) ?? [];
  }

  list(provider?: string): Promise<WebhookSubscription[]> {
    return this.repository.list(provider);
  }

  /** @returns the id of what is kept: it proves deliveries from now on */
  async keep(draft: SubscriptionDraft, secret: Secret): Promise<number> {
    const id = await this.repository.nextId();
    await this.repository.insert(
      id,
      draft,
      seal(this.keyRing, PURPOSE, secret.reveal(), bindingOf(id, draft.provider)),
    );
    this.loadedAt = -Infinity;
    return id;
  }

  /** The service has answered what it calls the subscription. */
  name(id: number, externalId: string): Promise<void> {
    return this.repository.name(id, externalId);
  }

  /** The service has made up a secret of its own. */
  replace(id: number, provider: string, secret: Secret): Promise<void> {
    return this.repository.reseal(id, seal(this.keyRing, PURPOSE, secret.reveal(), bindingOf(id, provider)));
  }

  forget(id: number): Promise<void> {
    return this.repository.delete(id);
  }

  /** Moves every secret to the first key of the ring. @returns how many were moved */
  async rotate(): Promise<number> {
    const rows = (await this.repository.list()).filter((row) => row.secretKeyId !== this.keyRing.currentId);
    let moved = 0;
    for (const row of rows) {
      const secret = this.open(row);
      if (secret === null) continue;
      await this.repository.reseal(
        row.id,
        seal(this.keyRing, PURPOSE, secret.reveal(), bindingOf(row.id, row.provider)),
      );
      moved += 1;
    }
    return moved;
  }

  private async load(): Promise<void> {
    const wait = this.loadedAt + PAUSE_MILLISECONDS - performance.now();
    if (wait > 0) await sleep(wait);
    const rows = await this.repository.list();
    this.loadedAt = performance.now();
    const secrets = rows.flatMap((row): (WebhookSecret & { provider: string })[] => {
      const secret = this.open(row);
      return secret === null ? [] : [{ provider: row.provider, externalId: row.externalId, event: row.event, secret }];
    });
    this.opened = Map.groupBy(secrets, ({ provider }) => provider);
  }

  private open(row: WebhookSubscription): Secret | null {
    if (row.secret === null || row.secretKeyId === null) return null;
    const sealed = { keyId: row.secretKeyId, bytes: row.secret };
    try {
      return new Secret(unseal(this.keyRing, PURPOSE, sealed, bindingOf(row.id, row.provider)));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.logger.error(`The secret of the webhook subscription ${row.id} cannot be opened: ${error.message}`);
      return null;
    }
  }
}

const bindingOf = (id: number, provider: string): string => `${id}|${provider}`;
