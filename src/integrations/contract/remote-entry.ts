/** What a provider reads or writes about one time entry: a value, never stored as such. Ids are strings. */
export interface RemoteEntry {
  externalId: string;
  workspaceId: string;
  /** The account it belongs to at the provider. */
  accountId: string;
  description: string;
  notes?: string | null;
  projectExternalId: string | null;
  projectName?: string | null;
  taskExternalId: string | null;
  taskName?: string | null;
  /** `undefined`: the service has no tags, so ours stay. */
  tags: string[] | undefined;
  isBillable: boolean;
  start: Date;
  /** `null` while it runs. */
  end: Date | null;
  isRunning: boolean;
  isDeleted: boolean;
  /** The provider's own version of the row (Toggl `at`), where there is one. */
  version: Date | null;
  timeZone?: string | null;
  /** Seconds east of UTC as the service gave them: they count only where its zone is unknown here. */
  offsetStartSeconds?: number;
  offsetEndSeconds?: number | null;
  timePrecision?: 'second' | 'day';
  /** Said after a write when the service keeps coarser times than it was given. */
  roundingNote?: string;
}

/** An entry as we want it to be at the provider. */
export interface EntryDraft {
  description: string;
  notes: string | null;
  projectExternalId: string | null;
  taskExternalId: string | null;
  tags: string[];
  isBillable: boolean;
  start: Date;
  end: Date | null;
  /** A draft without an end that does not run cannot be written at a service. */
  isRunning: boolean;
}

export interface RemoteProject {
  externalId: string;
  name: string;
  client: string | null;
  isArchived: boolean;
}
