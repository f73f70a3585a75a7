import { randomBytes } from 'node:crypto';

export type DeliveryEvent = 'start' | 'end' | 'edit' | 'delete' | 'manual';

/** The variable that holds the token of each event. */
const VARIABLES: Record<DeliveryEvent, string> = {
  start: 'CLOCKIFY_SECRET_TOKEN_START',
  end: 'CLOCKIFY_SECRET_TOKEN_END',
  edit: 'CLOCKIFY_SECRET_TOKEN_EDIT',
  delete: 'CLOCKIFY_SECRET_TOKEN_DELETE',
  manual: 'CLOCKIFY_SECRET_TOKEN_MANUAL_CREATE',
};

/** An entry of somebody's, as Clockify tells of it. */
export interface ToldEntry {
  id: string;
  description: string;
  start: number;
  end: number | null;
}

/** Calls as Clockify makes them: a static token per event, and the whole entry each time. */
export class ClockifyDeliveries {
  private readonly tokens = Object.fromEntries(
    Object.keys(VARIABLES).map((event) => [event, randomBytes(24).toString('base64url')]),
  ) as Record<DeliveryEvent, string>;
  private readonly user = { id: randomBytes(12).toString('hex'), name: 'Berta Bell', status: 'ACTIVE' };
  private readonly workspaceId = randomBytes(12).toString('hex');

  get env(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(VARIABLES).map(([event, variable]) => [variable, this.tokens[event as DeliveryEvent]]),
    );
  }

  newId(): string {
    return randomBytes(12).toString('hex');
  }

  /** @returns what the application says it has done with it */
  async send(url: string, event: DeliveryEvent, entry: ToldEntry): Promise<string> {
    const answer = await fetch(`${url}/webhook/clockify/${event}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'clockify-signature': this.tokens[event] },
      body: JSON.stringify(this.payload(entry)),
    });
    if (answer.status !== 200) throw new Error(`a ${event} was answered ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { status: string }).status;
  }

  private payload({ id, description, start, end }: ToldEntry): object {
    const iso = (seconds: number | null) => (seconds === null ? null : new Date(seconds * 1000).toISOString());
    return {
      id,
      description,
      userId: this.user.id,
      workspaceId: this.workspaceId,
      billable: true,
      projectId: null,
      project: null,
      task: null,
      tags: [],
      currentlyRunning: end === null,
      timeInterval: {
        start: iso(start),
        end: iso(end),
        duration: end === null ? null : `PT${end - start}S`,
        timeZone: 'Europe/Madrid',
        offsetStart: 3600,
        offsetEnd: end === null ? null : 3600,
      },
      user: this.user,
    };
  }
}
