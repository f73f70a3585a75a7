export type LogType = 'task' | 'issue' | 'general';

export interface ZohoPortal {
  id: string;
  name: string;
  timeZone: string | null;
  memberIds: Set<string>;
}

export interface ZohoPerson {
  /** By which the accounts know them. */
  id: string;
  /** By which portals and logs do. */
  zpuid: string;
  name: string;
  email: string;
}

export interface ZohoProject {
  id: string;
  portalId: string;
  name: string;
  isClosed: boolean;
}

/** A task or an issue. */
export interface ZohoItem {
  id: string;
  projectId: string;
  type: 'task' | 'issue';
  name: string;
  assigneeIds: Set<string>;
}

export interface ZohoLog {
  id: string;
  projectId: string;
  type: LogType;
  itemId: string | null;
  logName: string;
  date: string;
  minutes: number;
  startTime: string | null;
  endTime: string | null;
  notes: string;
  isBillable: boolean;
  ownerId: string;
  isApproved: boolean;
  createdAt: number;
  modifiedAt: number;
  isDeleted: boolean;
}

/** Who changed what: the truth that tests compare the product with. */
export interface Effect {
  kind: 'created' | 'updated' | 'deleted';
  id: string;
  by: 'api' | 'app';
  at: Date;
}

/** Everything a simulated Zoho Projects knows, without any rule. Ids are text of many digits. */
export class ZohoModel {
  readonly portals = new Map<string, ZohoPortal>();
  readonly people = new Map<string, ZohoPerson>();
  readonly projects = new Map<string, ZohoProject>();
  readonly items = new Map<string, ZohoItem>();
  readonly logs = new Map<string, ZohoLog>();
  readonly effects: Effect[] = [];

  constructor(
    private lastId: bigint,
    readonly now: () => number,
  ) {}

  nextId(): string {
    this.lastId += 1n;
    return this.lastId.toString();
  }

  addPortal(given: { name?: string; timeZone?: string | null; members?: ZohoPerson[] } = {}): ZohoPortal {
    const portal: ZohoPortal = {
      id: this.nextId(),
      name: given.name ?? 'Test portal',
      timeZone: given.timeZone === undefined ? 'UTC' : given.timeZone,
      memberIds: new Set(given.members?.map(({ id }) => id)),
    };
    this.portals.set(portal.id, portal);
    return portal;
  }

  addPerson(portal: ZohoPortal, name = 'Test Person'): ZohoPerson {
    const id = this.nextId();
    const person = { id, zpuid: this.nextId(), name, email: `person${id}@example.com` };
    this.people.set(id, person);
    portal.memberIds.add(id);
    return person;
  }

  addProject(portalId: string, name: string, isClosed = false): ZohoProject {
    const project = { id: this.nextId(), portalId, name, isClosed };
    this.projects.set(project.id, project);
    return project;
  }

  addItem(projectId: string, type: ZohoItem['type'], name: string, assignees: ZohoPerson[] = []): ZohoItem {
    const item = { id: this.nextId(), projectId, type, name, assigneeIds: new Set(assignees.map(({ id }) => id)) };
    this.items.set(item.id, item);
    return item;
  }

  projectsOf(portalId: string): ZohoProject[] {
    return [...this.projects.values()].filter((project) => project.portalId === portalId);
  }

  /** Deleted ones are left out. */
  logsOf(portalId: string): ZohoLog[] {
    return [...this.logs.values()].filter(
      (log) => !log.isDeleted && this.projects.get(log.projectId)?.portalId === portalId,
    );
  }

  record(log: ZohoLog, kind: Effect['kind'], by: Effect['by']): void {
    log.modifiedAt = this.now();
    this.effects.push({ kind, id: log.id, by, at: new Date(this.now()) });
  }
}
