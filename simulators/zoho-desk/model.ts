export type Module = 'tickets' | 'tasks';

export interface DeskPortal {
  id: string;
  name: string;
}

/** One person's seat in one portal. */
export interface DeskAgent {
  id: string;
  personId: string;
  portalId: string;
  firstName: string;
  lastName: string;
  timeZone: string;
}

export interface DeskTicket {
  id: string;
  portalId: string;
  ticketNumber: string;
  subject: string;
  assigneeId: string;
  accountName: string | null;
  isClosed: boolean;
  createdAt: number;
}

export interface DeskTask {
  id: string;
  ticketId: string;
  subject: string;
}

export interface DeskEntry {
  id: string;
  portalId: string;
  module: Module;
  parentId: string;
  ownerId: string;
  /** Milliseconds; `null` in rows as Desk's own examples have them. */
  executedTime: number | null;
  hours: number;
  minutes: number;
  seconds: number;
  description: string;
  requestChargeType: string | null;
  isBillable: boolean;
  mode: string;
  invoiceId: string | null;
  isTrashed: boolean;
  createdAt: number;
  modifiedAt: number;
}

/** Who changed what: the truth that tests compare the product with. */
export interface Effect {
  kind: 'created' | 'updated' | 'deleted';
  id: string;
  by: 'api' | 'app';
  at: Date;
}

/** Everything a simulated Zoho Desk knows, without any rule. Ids are text of many digits. */
export class DeskModel {
  readonly portals = new Map<string, DeskPortal>();
  readonly agents = new Map<string, DeskAgent>();
  readonly tickets = new Map<string, DeskTicket>();
  readonly tasks = new Map<string, DeskTask>();
  readonly entries = new Map<string, DeskEntry>();
  readonly effects: Effect[] = [];
  private lastNumber = 1000;

  constructor(
    private lastId: bigint,
    readonly now: () => number,
  ) {}

  nextId(): string {
    this.lastId += 1n;
    return this.lastId.toString();
  }

  addPortal(name = 'Test portal'): DeskPortal {
    const portal = { id: this.nextId(), name };
    this.portals.set(portal.id, portal);
    return portal;
  }

  /** @param personId by which the accounts know them */
  addAgent(portal: DeskPortal, personId = this.nextId(), name = 'Test Person'): DeskAgent {
    const [firstName = '', ...rest] = name.split(' ');
    const names = { firstName, lastName: rest.join(' '), timeZone: 'Europe/Madrid' };
    const agent: DeskAgent = { id: this.nextId(), personId, portalId: portal.id, ...names };
    this.agents.set(agent.id, agent);
    return agent;
  }

  agentOf(personId: string, portalId: string): DeskAgent | null {
    return [...this.agents.values()].find((one) => one.personId === personId && one.portalId === portalId) ?? null;
  }

  addTicket(
    assignee: DeskAgent,
    subject: string,
    { isClosed = false, accountName = null }: { isClosed?: boolean; accountName?: string | null } = {},
  ): DeskTicket {
    this.lastNumber += 1;
    const ticket: DeskTicket = {
      id: this.nextId(),
      portalId: assignee.portalId,
      ticketNumber: String(this.lastNumber),
      subject,
      assigneeId: assignee.id,
      accountName,
      isClosed,
      createdAt: this.now(),
    };
    this.tickets.set(ticket.id, ticket);
    return ticket;
  }

  addTask(ticketId: string, subject: string): DeskTask {
    const task = { id: this.nextId(), ticketId, subject };
    this.tasks.set(task.id, task);
    return task;
  }

  record(entry: DeskEntry, kind: Effect['kind'], by: Effect['by']): void {
    entry.modifiedAt = this.now();
    this.effects.push({ kind, id: entry.id, by, at: new Date(this.now()) });
  }
}
