import { expect } from 'vitest';
import { SmtpSimulator } from '../../simulators/smtp/simulator.js';
import type { TestControl } from '../../src/config/test-control.js';
import type { ChildApp } from './child-app.js';
import type { DeliveryDriver, Story } from './delivery-driver.js';
import { FaultWorld, type FaultWorldOptions } from './fault-world.js';
import { mailEnv } from './mail.js';
import { eventually, expectSound } from './oracle.js';
import { TOKEN_ENV } from './webhooks.js';

export const WATCHER = 'coordination@example.com';

/** Days of backoff pass in seconds, and what a dead worker had in its hands is free after two. */
const HURRY: TestControl = { leaseSeconds: 2, retryScale: 0.01, withoutJobs: true };

/** Processes that take deliveries and work them off, and a mail server that hears of it. */
export class DeliveryFaults {
  private constructor(
    readonly world: FaultWorld,
    readonly smtp: SmtpSimulator,
  ) {}

  static async open(options: FaultWorldOptions = {}): Promise<DeliveryFaults> {
    const smtp = new SmtpSimulator();
    await smtp.start();
    const world = await FaultWorld.create({ ...options, testControl: { ...HURRY, ...options.testControl } });
    for (const token of Object.values(TOKEN_ENV)) world.canaries.add(token);
    return new DeliveryFaults(world, smtp);
  }

  start(testControl: TestControl = {}, env: Record<string, string> = {}): Promise<ChildApp> {
    return this.world.start(testControl, {
      ...TOKEN_ENV,
      ...mailEnv(this.smtp),
      ROLE: 'all',
      MAIL_RECIPIENT: WATCHER,
      ...env,
    });
  }

  async close(): Promise<void> {
    await this.world.close();
    await this.smtp.stop();
  }

  /** Until everything that was taken is worked off, and everybody told. */
  async settle(seconds = 60): Promise<void> {
    const open = `select count(*)::int from deliveries where state in ('pending', 'processing') or noted_count < delivery_count`;
    await eventually('every delivery is worked off', seconds, async () => (await this.world.value<number>(open)) === 0);
    const unsent = `select count(*)::int from mail_outbox where state <> 'done'`;
    await eventually('every mail is sent', seconds, async () => (await this.world.value<number>(unsent)) === 0);
  }

  /** The universal oracle, and that each story came out as its service told it, with a line of history and a mail a step. */
  async expectTold(driver: DeliveryDriver, stories: readonly Story[] = driver.told): Promise<void> {
    await expectSound(this.world, { acked: driver.acked });
    expect(await this.endings(stories)).toEqual(stories.map(endingOf));
    await this.expectCopiesCounted();
  }

  /** Every copy and every contradiction is in the error log, and counted once. */
  private async expectCopiesCounted(): Promise<void> {
    const noted = (code: string) =>
      this.world.value<number>('select coalesce(sum(occurrences), 0)::int from error_log where code = $1', [code]);
    const [arrived] = await this.world.query<{ copies: number; contradictions: number }>(
      `select coalesce(sum(delivery_count - 1) filter (where state not in ('conflict', 'rejected')), 0)::int as copies,
         coalesce(sum(delivery_count) filter (where state = 'conflict'), 0)::int as contradictions
       from deliveries where content_hash is not null`,
    );
    expect({
      copies: await noted('SESSION.DUPLICATE_EXTERNAL_ID'),
      contradictions: await noted('SESSION.CONFLICTING_EXTERNAL_ID'),
    }).toEqual(arrived);
  }

  /** How many mails of a kind there are. */
  told(kind: string): Promise<number> {
    return this.world.value<number>('select count(*)::int from mail_outbox where kind = $1', [kind]);
  }

  /** Makes the database refuse, or drag along, what is described so; the product has no part in it. */
  async poison(): Promise<void> {
    await this.world.query(POISON);
    await this.world.query(
      'create trigger poison before insert or update on time_entries for each row execute function poison()',
    );
  }

  private async endings(stories: readonly Story[]): Promise<Ending[]> {
    return this.world.query<Ending & object>(
      `select e.external_id as "externalId", e.description, e.started_at as "startedAt", e.ended_at as "endedAt",
         e.deleted_at is not null as "isDeleted",
         (select count(*)::int from sessions_binnacle b where b.entry_id = e.id) as changes,
         (select count(*)::int from mail_outbox m where m.effect_key like 'entry/' || e.id || '/%') as mails
       from unnest($1::text[]) with ordinality as s (external_id, place)
       join time_entries e on e.source = 'clockify' and e.external_id = s.external_id
       order by s.place`,
      [stories.map(({ externalId }) => externalId)],
    );
  }
}

const POISON = `
  create function poison() returns trigger language plpgsql as $$
  begin
    if new.description = 'poison' then raise exception 'poisoned'; end if;
    if new.description = 'slow poison' then
      perform pg_sleep(0.2);
      raise query_canceled using message = 'poisoned slowly';
    end if;
    if new.description = 'deadly' then perform pg_sleep(5); end if;
    return new;
  end $$`;

interface Ending {
  externalId: string;
  description: string;
  startedAt: Date;
  endedAt: Date | null;
  isDeleted: boolean;
  changes: number;
  mails: number;
}

function endingOf({ externalId, steps }: Story): Ending {
  const last = steps.at(-1)!.body as { description: string; timeInterval: { start: string; end: string | null } };
  const { start, end } = last.timeInterval;
  return {
    externalId,
    description: last.description,
    startedAt: new Date(start),
    endedAt: end === null ? null : new Date(end),
    isDeleted: steps.at(-1)!.event === 'delete',
    changes: steps.length,
    mails: steps.length,
  };
}
