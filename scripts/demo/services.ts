import { randomBytes } from 'node:crypto';
import { DateTime } from 'luxon';
import { ClockifySimulator } from '../../simulators/clockify/simulator.js';
import { TogglSimulator } from '../../simulators/toggl/simulator.js';
import { TogglWebhooksSimulator } from '../../simulators/toggl/webhooks-simulator.js';
import { ZohoDeskSimulator } from '../../simulators/zoho-desk/simulator.js';
import { ZohoSimulator } from '../../simulators/zoho/simulator.js';

/** An entry as a service keeps it; unix seconds. */
export interface Held {
  provider: string;
  start: number;
  end: number | null;
  text: string;
}

/** What Ana gives to connect an account. */
export interface Account {
  provider: string;
  credentials: Record<string, string>;
}

/** The four services, simulated on loopback, each with an account of Ana's and something to work on. */
export class Services {
  readonly toggl = new TogglSimulator();
  readonly togglWebhooks = new TogglWebhooksSimulator(this.toggl.model);
  readonly clockify = new ClockifySimulator();
  readonly zoho = new ZohoSimulator();
  readonly desk = new ZohoDeskSimulator({ accounts: this.zoho.accounts });
  readonly atToggl = this.toggl.addUser({ fullname: 'Ana Button' });
  readonly atClockify = this.clockify.addUser({ name: 'Ana Button' });
  readonly atZoho: ReturnType<ZohoSimulator['addAccount']>;
  readonly atDesk = this.desk.addAccount('Ana Button');
  readonly mobileAppId: string;
  readonly migrationId: string;
  readonly ownTicketId: string;
  private readonly togglSecret = randomBytes(24).toString('base64url');

  constructor(readonly timeZone: string) {
    for (const name of ['Website', 'Support', 'Internal']) {
      this.toggl.model.addProject(this.atToggl.defaultWorkspaceId, { name });
    }
    this.mobileAppId = this.clockify.model.addProject(this.atClockify.defaultWorkspaceId, { name: 'Mobile app' }).id;
    this.atZoho = this.zoho.addAccount({ name: 'Ana Button', timeZone });
    this.migrationId = this.zoho.model.addProject(this.atZoho.portal.id, 'Migration').id;
    this.ownTicketId = this.desk.model.addTicket(this.atDesk.agent, 'Cannot log in').id;
    // A colleague's: Ana finds it by searching alone.
    const colleague = this.desk.model.addAgent(this.atDesk.portal, undefined, 'Bea Colleague');
    this.desk.model.addTicket(colleague, 'The scanner jams');
  }

  async start(): Promise<void> {
    await Promise.all(this.all.map((service) => service.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((service) => service.stop()));
  }

  /** Toggl pushes from now on what happens to Ana's entries; resolves once the address has proved to be ours. */
  async subscribe(address: string): Promise<void> {
    const { defaultWorkspaceId, token } = this.atToggl;
    const answer = await fetch(`${this.togglWebhooks.url}/subscriptions/${defaultWorkspaceId}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${token}:api_token`).toString('base64')}` },
      body: JSON.stringify({
        url_callback: address,
        description: 'timesheet',
        enabled: true,
        event_filters: [{ entity: 'time_entry', action: '*' }],
        secret: this.togglSecret,
      }),
    });
    if (!answer.ok) throw new Error(`Toggl refused the subscription: ${await answer.text()}`);
    await this.togglWebhooks.settled();
  }

  private get all() {
    return [this.toggl, this.togglWebhooks, this.clockify, this.zoho, this.desk];
  }

  /** What leads the application to them. */
  get env(): Record<string, string> {
    return {
      TOGGL_BASE_URL: this.toggl.url,
      TOGGL_WEBHOOKS_URL: this.togglWebhooks.url,
      TOGGL_WEBHOOK_SECRET: this.togglSecret,
      CLOCKIFY_BASE_URL: this.clockify.url,
      ZOHO_ACCOUNTS_URL: this.zoho.url,
      ZOHO_PROJECTS_URL: this.zoho.url,
      ZOHO_DESK_URL: this.desk.url,
    };
  }

  get accounts(): { toggl: Account; others: Account[] } {
    const zohoOf = ({ client, refreshToken }: { client: { id: string; secret: string }; refreshToken: string }) => ({
      client_id: client.id,
      client_secret: client.secret,
      refresh_token: refreshToken,
    });
    return {
      toggl: { provider: 'toggl', credentials: { api_token: this.atToggl.token } },
      others: [
        { provider: 'clockify', credentials: { api_key: this.atClockify.apiKey } },
        { provider: 'zoho', credentials: zohoOf(this.atZoho) },
        { provider: 'zoho_desk', credentials: zohoOf(this.atDesk) },
      ],
    };
  }

  /** The truth, asked of the simulators themselves. */
  held(): Held[] {
    const toggl = this.toggl.model.entriesOf(this.atToggl.id).filter(({ deletedAt }) => deletedAt === null);
    const clockify = this.clockify.model.entriesOf(this.atClockify.defaultWorkspaceId);
    const desk = [...this.desk.model.entries.values()].filter(({ isTrashed }) => !isTrashed);
    const rows: Held[] = [
      ...toggl.map((one) => row('toggl', one.start, one.stop, one.description)),
      ...clockify.map((one) => row('clockify', one.start / 1000, one.end && one.end / 1000, one.description)),
      ...this.zoho.model.logsOf(this.atZoho.portal.id).map(({ logName, date, startTime, minutes }) => {
        const start = DateTime.fromFormat(`${date} ${startTime}`, 'yyyy-MM-dd hh:mm a', { zone: this.timeZone });
        return row('zoho', start.toSeconds(), start.toSeconds() + minutes * 60, logName);
      }),
      ...desk.map(({ executedTime, hours, minutes, seconds, description }) => {
        const start = executedTime! / 1000;
        return row('zoho_desk', start, start + hours * 3600 + minutes * 60 + seconds, description);
      }),
    ];
    return rows.sort((a, b) => a.start - b.start);
  }
}

const row = (provider: string, start: number, end: number | null, text: string | null): Held => ({
  provider,
  start,
  end,
  text: text ?? '',
});
