import { expect, vi } from 'vitest';
import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { startTestApp, type TestApp } from './app.js';
import { addPerson, type Person } from './people.js';

export const PHONE_SECRET = 'a-secret-of-the-phones-of-this-house';

let lastMinute = 0;

/** A workout of half a minute that nobody has done yet. */
export function workout(changes: Record<string, unknown> = {}): Record<string, unknown> {
  lastMinute += 1;
  const minute = String(lastMinute % 50).padStart(2, '0');
  const hour = String(6 + Math.floor(lastMinute / 50)).padStart(2, '0');
  return {
    id: crypto.randomUUID().toUpperCase(),
    name: 'Outdoor Run',
    start: `2026-05-01 ${hour}:${minute}:00 +0200`,
    end: `2026-05-01 ${hour}:${minute}:30 +0200`,
    duration: 30,
    ...changes,
  };
}

export interface PhoneReply {
  status: number;
  body: {
    status?: string;
    delivery?: number;
    workouts?: number;
    rejected?: object[];
    code?: string;
    details?: { delivery: number };
  };
}

export const bearer = ({ token }: Pick<Person, 'token'>): Record<string, string> => ({
  authorization: `Bearer ${token}`,
});

/** An app to which phones send; their deliveries are worked off when it is told to. */
export class PhoneWorld {
  private constructor(
    readonly app: TestApp,
    readonly ana: Person,
    readonly bea: Person,
  ) {}

  static async open(): Promise<PhoneWorld> {
    const app = await startTestApp({ env: { HEALTH_WEBHOOK_SECRET: PHONE_SECRET, ROLE: 'api' } });
    return new PhoneWorld(app, await addPerson(app, 'ana'), await addPerson(app, 'bea'));
  }

  async post(body: unknown, headers: Record<string, string>, path = '/webhooks/health'): Promise<PhoneReply> {
    const answer = await fetch(`${this.app.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) as PhoneReply['body'] };
  }

  /** From Ana's phone. */
  send(...workouts: unknown[]): Promise<PhoneReply> {
    return this.post({ data: { workouts } }, bearer(this.ana));
  }

  work(): Promise<number> {
    return this.app.get(DeliveryWorker).processDue();
  }

  /** What the ledger makes of it, by whichever worker had it. */
  async told({ body }: PhoneReply): Promise<{ state: string; new: number; duplicates: number }> {
    const isOpen = () =>
      this.app.database.query(`select from deliveries where id = $1 and state in ('pending', 'processing')`, [
        body.delivery,
      ]);
    await vi.waitFor(async () => {
      await this.work();
      expect(await isOpen()).toEqual([]);
    }, 20_000);
    const [row] = await this.app.database.query<{ state: string; workouts: { new: number; duplicates: number } }>(
      `select state, result -> 'workouts' as workouts from deliveries where id = $1`,
      [body.delivery],
    );
    return { state: row!.state, new: row!.workouts.new, duplicates: row!.workouts.duplicates };
  }

  entriesOf({ id }: Pick<Person, 'id'>) {
    return this.app.database.query<{ id: number; description: string; workspace_id: string; external_id: string }>(
      'select * from time_entries where user_id = $1 order by id',
      [id],
    );
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
