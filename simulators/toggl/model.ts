import { randomBytes } from 'node:crypto';

export interface TogglUser {
  id: bigint;
  token: string;
  email: string;
  fullname: string;
  timezone: string;
  defaultWorkspaceId: bigint;
}

export type Plan = 'free' | 'starter' | 'premium';

export interface TogglOrganization {
  id: bigint;
  plan: Plan;
}

/** Fields a workspace may demand of every entry. */
export type RequiredField = 'description' | 'project' | 'tag' | 'task';

export interface TogglWorkspace {
  id: bigint;
  name: string;
  organizationId: bigint;
  memberIds: Set<bigint>;
  requiredFields: Set<RequiredField>;
}

export interface TogglClientRow {
  id: bigint;
  workspaceId: bigint;
  name: string;
  isArchived: boolean;
  at: number;
}

export interface TogglProject {
  id: bigint;
  workspaceId: bigint;
  clientId: bigint | null;
  name: string;
  isActive: boolean;
  at: number;
}

export interface TogglTag {
  id: bigint;
  workspaceId: bigint;
  name: string;
  at: number;
}

export interface TogglEntry {
  id: bigint;
  workspaceId: bigint;
  userId: bigint;
  projectId: bigint | null;
  taskId: bigint | null;
  isBillable: boolean;
  description: string | null;
  /** Unix seconds: Toggl keeps no parts of them. */
  start: number;
  stop: number | null;
  duration: number;
  tagIds: bigint[];
  /** Unix microseconds of the last change. */
  at: number;
  deletedAt: number | null;
}

/** Who changed what: the truth that tests compare the product with. */
export interface Effect {
  kind: 'created' | 'updated' | 'stopped' | 'deleted';
  id: string;
  by: 'api' | 'app';
  at: Date;
}

/** Everything a simulated Toggl knows, without any rule. */
export class TogglModel {
  readonly users = new Map<string, TogglUser>();
  readonly organizations = new Map<bigint, TogglOrganization>();
  readonly workspaces = new Map<bigint, TogglWorkspace>();
  readonly clients = new Map<bigint, TogglClientRow>();
  readonly projects = new Map<bigint, TogglProject>();
  readonly tags = new Map<bigint, TogglTag>();
  readonly entries = new Map<bigint, TogglEntry>();
  readonly effects: Effect[] = [];
  /** Told of each effect, with the entry as it is then. */
  onEffect: (effect: Effect, entry: TogglEntry) => void = () => {};
  private lastMicrosecond = 0;

  constructor(
    private lastId: bigint,
    readonly now: () => number,
  ) {}

  nextId(): bigint {
    this.lastId += 1n;
    return this.lastId;
  }

  nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Now in microseconds, never the same twice. */
  nowMicroseconds(): number {
    this.lastMicrosecond = Math.max(this.lastMicrosecond + 1, Math.floor(this.now() * 1000));
    return this.lastMicrosecond;
  }

  addUser(given: Partial<Omit<TogglUser, 'id'>> & { plan?: Plan } = {}): TogglUser {
    const id = this.nextId();
    const workspaceId = given.defaultWorkspaceId ?? this.addWorkspace({ plan: given.plan }).id;
    const user: TogglUser = {
      id,
      token: given.token ?? randomBytes(16).toString('hex'),
      email: given.email ?? `user${id}@example.com`,
      fullname: given.fullname ?? 'Test User',
      timezone: given.timezone ?? 'Europe/Berlin',
      defaultWorkspaceId: workspaceId,
    };
    this.users.set(user.token, user);
    this.workspaces.get(workspaceId)?.memberIds.add(id);
    return user;
  }

  /** In an organization of its own unless one is given. */
  addWorkspace(
    given: { name?: string; organizationId?: bigint; plan?: Plan; members?: TogglUser[] } = {},
  ): TogglWorkspace {
    const organizationId = given.organizationId ?? this.nextId();
    if (!this.organizations.has(organizationId)) {
      this.organizations.set(organizationId, { id: organizationId, plan: given.plan ?? 'free' });
    }
    const workspace: TogglWorkspace = {
      id: this.nextId(),
      name: given.name ?? 'Test workspace',
      organizationId,
      memberIds: new Set(given.members?.map(({ id }) => id)),
      requiredFields: new Set(),
    };
    this.workspaces.set(workspace.id, workspace);
    return workspace;
  }

  addProject(workspaceId: bigint, given: { name: string; clientId?: bigint | null; isActive?: boolean }): TogglProject {
    const { name, clientId = null, isActive = true } = given;
    const project = { id: this.nextId(), workspaceId, clientId, name, isActive, at: this.nowMicroseconds() };
    this.projects.set(project.id, project);
    return project;
  }

  addClient(workspaceId: bigint, name: string, isArchived = false): TogglClientRow {
    const client = { id: this.nextId(), workspaceId, name, isArchived, at: this.nowMicroseconds() };
    this.clients.set(client.id, client);
    return client;
  }

  findTag(workspaceId: bigint, name: string): TogglTag | undefined {
    return [...this.tags.values()].find((tag) => tag.workspaceId === workspaceId && tag.name === name);
  }

  /** Entries create the tags they name. */
  tagNamed(workspaceId: bigint, name: string): TogglTag {
    const known = this.findTag(workspaceId, name);
    if (known !== undefined) return known;
    const tag = { id: this.nextId(), workspaceId, name, at: this.nowMicroseconds() };
    this.tags.set(tag.id, tag);
    return tag;
  }

  runningEntryOf(userId: bigint): TogglEntry | undefined {
    return this.entriesOf(userId).find((entry) => entry.duration < 0 && entry.deletedAt === null);
  }

  entriesOf(userId: bigint): TogglEntry[] {
    return [...this.entries.values()].filter((entry) => entry.userId === userId);
  }

  /** Stamps the entry and writes the effect down. */
  record(entry: TogglEntry, kind: Effect['kind'], by: Effect['by']): void {
    entry.at = this.nowMicroseconds();
    const effect = { kind, id: entry.id.toString(), by, at: new Date(this.now()) };
    this.effects.push(effect);
    this.onEffect(effect, entry);
  }
}
