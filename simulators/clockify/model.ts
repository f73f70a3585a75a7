import { randomBytes } from 'node:crypto';

export type Role = 'OWNER' | 'ADMIN' | 'MEMBER';
export type Plan = 'FREE' | 'PRO' | 'ENTERPRISE';

export interface ClockifyUser {
  id: string;
  apiKey: string;
  email: string;
  name: string;
  timeZone: string;
  defaultWorkspaceId: string;
  status: 'ACTIVE' | 'PENDING_EMAIL_VERIFICATION' | 'DELETED';
}

export interface ClockifyWorkspace {
  id: string;
  name: string;
  plan: Plan;
  members: Map<string, { role: Role; status: 'ACTIVE' | 'INACTIVE' }>;
  /** Every finished entry needs one. */
  requiresProject: boolean;
}

export interface ClockifyClientRow {
  id: string;
  workspaceId: string;
  name: string;
  isArchived: boolean;
}

export interface ClockifyProject {
  id: string;
  workspaceId: string;
  clientId: string | null;
  name: string;
  isArchived: boolean;
}

export interface ClockifyTask {
  id: string;
  projectId: string;
  name: string;
  status: 'ACTIVE' | 'DONE';
}

export interface ClockifyTag {
  id: string;
  workspaceId: string;
  name: string;
  isArchived: boolean;
}

export interface ClockifyCustomField {
  id: string;
  workspaceId: string;
  name: string;
}

export interface CustomValue {
  customFieldId: string;
  value: unknown;
  sourceType: string;
}

/** Times are milliseconds of whole seconds. */
export interface ClockifyEntry {
  id: string;
  workspaceId: string;
  userId: string;
  description: string;
  projectId: string | null;
  taskId: string | null;
  tagIds: string[];
  isBillable: boolean;
  start: number;
  end: number | null;
  type: string;
  customValues: CustomValue[];
  isLocked: boolean;
  /** Clockify really forgets deleted rows; the simulator keeps them for its ledger. */
  isDeleted: boolean;
}

/** Who changed what: the truth that tests compare the product with. */
export interface Effect {
  kind: 'created' | 'updated' | 'stopped' | 'deleted';
  id: string;
  by: 'api' | 'app';
  at: Date;
}

/** Everything a simulated Clockify knows, without any rule. */
export class ClockifyModel {
  /** Of workspaces of which nothing else is said. */
  usualPlan: Plan = 'FREE';
  readonly users = new Map<string, ClockifyUser>();
  readonly workspaces = new Map<string, ClockifyWorkspace>();
  readonly clients = new Map<string, ClockifyClientRow>();
  readonly projects = new Map<string, ClockifyProject>();
  readonly tasks = new Map<string, ClockifyTask>();
  readonly tags = new Map<string, ClockifyTag>();
  readonly customFields = new Map<string, ClockifyCustomField>();
  readonly entries = new Map<string, ClockifyEntry>();
  readonly effects: Effect[] = [];
  /** Told after each effect; the entry is as it was left. */
  onEffect: (effect: Effect, entry: ClockifyEntry) => void = () => undefined;
  private lastId = 0x64a687e29ae1f428e7ebe300n;

  constructor(readonly now: () => number) {}

  /** 24 hexadecimal digits. */
  nextId(): string {
    this.lastId += 1n;
    return this.lastId.toString(16);
  }

  nowToTheSecond(): number {
    return Math.floor(this.now() / 1000) * 1000;
  }

  /** Owner of a workspace of their own, unless a default one is given, where they are a member. */
  addUser(given: Partial<Omit<ClockifyUser, 'id'>> & { plan?: Plan; role?: Role } = {}): ClockifyUser {
    const { plan, role = given.defaultWorkspaceId === undefined ? 'OWNER' : 'MEMBER', ...fields } = given;
    const id = this.nextId();
    const user: ClockifyUser = {
      id,
      apiKey: randomBytes(36).toString('base64url'),
      email: `user${id.slice(-4)}@example.com`,
      name: 'Test User',
      timeZone: 'Europe/Belgrade',
      status: 'ACTIVE',
      ...fields,
      defaultWorkspaceId: fields.defaultWorkspaceId ?? this.addWorkspace({ plan }).id,
    };
    this.users.set(id, user);
    this.workspaces.get(user.defaultWorkspaceId)?.members.set(id, { role, status: 'ACTIVE' });
    return user;
  }

  addWorkspace(given: { name?: string; plan?: Plan; members?: Record<string, Role> } = {}): ClockifyWorkspace {
    const members = Object.entries(given.members ?? {}).map(
      ([id, role]) => [id, { role, status: 'ACTIVE' as const }] as const,
    );
    const workspace: ClockifyWorkspace = {
      id: this.nextId(),
      name: given.name ?? 'Test workspace',
      plan: given.plan ?? this.usualPlan,
      members: new Map(members),
      requiresProject: false,
    };
    this.workspaces.set(workspace.id, workspace);
    return workspace;
  }

  addClient(workspaceId: string, name: string, isArchived = false): ClockifyClientRow {
    return keep(this.clients, { id: this.nextId(), workspaceId, name, isArchived });
  }

  addProject(
    workspaceId: string,
    given: { name: string; clientId?: string | null; isArchived?: boolean },
  ): ClockifyProject {
    const { name, clientId = null, isArchived = false } = given;
    return keep(this.projects, { id: this.nextId(), workspaceId, clientId, name, isArchived });
  }

  addTask(projectId: string, name: string, status: ClockifyTask['status'] = 'ACTIVE'): ClockifyTask {
    return keep(this.tasks, { id: this.nextId(), projectId, name, status });
  }

  addTag(workspaceId: string, name: string, isArchived = false): ClockifyTag {
    return keep(this.tags, { id: this.nextId(), workspaceId, name, isArchived });
  }

  addCustomField(workspaceId: string, name: string): ClockifyCustomField {
    return keep(this.customFields, { id: this.nextId(), workspaceId, name });
  }

  findTag(workspaceId: string, name: string): ClockifyTag | undefined {
    return [...this.tags.values()].find((tag) => tag.workspaceId === workspaceId && tag.name === name);
  }

  /** Deleted ones left out, newest first. */
  entriesOf(workspaceId: string, userId?: string): ClockifyEntry[] {
    return [...this.entries.values()]
      .filter((entry) => entry.workspaceId === workspaceId && !entry.isDeleted)
      .filter((entry) => userId === undefined || entry.userId === userId)
      .sort((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1));
  }

  runningEntryOf(workspaceId: string, userId: string): ClockifyEntry | undefined {
    return this.entriesOf(workspaceId, userId).find(({ end }) => end === null);
  }

  record(entry: ClockifyEntry, kind: Effect['kind'], by: Effect['by']): void {
    const effect = { kind, id: entry.id, by, at: new Date(this.now()) };
    this.effects.push(effect);
    this.onEffect(effect, entry);
  }
}

function keep<T extends { id: string }>(rows: Map<string, T>, row: T): T {
  rows.set(row.id, row);
  return row;
}
