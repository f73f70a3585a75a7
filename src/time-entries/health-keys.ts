import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { ChangeOf } from './entry-change.js';
import { HEALTH_SOURCE, type HealthChange } from './health-activity.js';
import { HealthKeysRepository } from './health-keys.repository.js';
import { privateWorkspace } from './private-workspace.js';

/**
 * A workout is known by its seconds and its kind, where that is told: two kinds at one time are two workouts. A name in another
 * language tells no kind, and may be any of those that began and ended in these very seconds: it is the one that is there.
 */
@Injectable()
export class HealthKeys {
  constructor(private readonly repository: HealthKeysRepository) {}

  /** Under their keys, in their order. Others who tell of this person's health wait until the transaction ends. */
  async settle(userId: number, changes: readonly HealthChange[], tx: Tx): Promise<ChangeOf<'import'>[]> {
    if (changes.length === 0) return [];
    await this.repository.lock(userId, tx);
    const candidates = [...new Set(changes.flatMap(({ identity }) => [identity.own, ...identity.alike]))];
    const workspace = { source: HEALTH_SOURCE, workspaceId: privateWorkspace(userId) };
    const taken = new Set(await this.repository.findTaken(workspace, candidates, tx));
    return changes.map(({ identity: { own, alike }, ...change }) => {
      const externalId = taken.has(own) ? own : (alike.find((one) => taken.has(one)) ?? own);
      taken.add(externalId);
      return { ...change, key: { ...change.key, externalId } };
    });
  }
}
