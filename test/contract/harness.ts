import type { Clock } from '../../src/common/clock.js';
import type { HttpClient } from '../../src/common/http-client.js';
import type { Connection, TimeTrackingProvider } from '../../src/integrations/contract/provider.js';
import type { Quotas } from '../../src/integrations/contract/quotas.js';
import type { HttpSimulator, RecordedCall } from '../../simulators/support/http-simulator.js';

export interface ElsewhereEntry {
  start: Date;
  /** Left out: it runs. */
  stop?: Date;
  description?: string;
}

export type ElsewhereTimes = Required<Pick<ElsewhereEntry, 'start' | 'stop'>>;

/** An entry as the simulator holds it, to the second. */
export interface HeldEntry {
  description: string;
  projectExternalId: string | null;
  tags: string[];
  isBillable: boolean;
  start: Date;
  end: Date | null;
}

/** One running simulator with one account on it, and the words in which the contract suite speaks of it. */
export interface Harness {
  simulator: HttpSimulator;
  /** Another account at the same simulator. */
  another(): Promise<Harness>;
  /** The variables that lead the whole app to the simulator. */
  environment: Record<string, string>;
  provider: TimeTrackingProvider;
  /** The account, with every id as the service would give it. */
  connection: Connection;
  /** Credentials the service does not know, and (part of) the words in which it says so. */
  credentials: { wrong: Connection['credentials']; refusal: string };
  /** Another workspace of the same account, without entries. */
  otherConnection: Connection;

  addProject(name: string, options?: { isArchived?: boolean; client?: string }): string;
  /** What the user does in the service's own app, answering the entry's id. */
  startElsewhere(entry: ElsewhereEntry, connection?: Connection): string;
  stopElsewhere(id: string, at: Date): void;
  deleteElsewhere(id: string): void;
  renameElsewhere(id: string, description: string): void;
  moveElsewhere(id: string, times: ElsewhereTimes): void;
  /** The entry as it stands at the service; `null` once deleted. */
  held(id: string): HeldEntry | null;
  /** Every entry the account has there. */
  heldIds(): string[];
  /** Entries that were created through the API. */
  createdCount(): number;

  /** Fails for any call that lacks what the vendor asks of every call; for writes, of their bodies too. */
  assertWellFormed(call: RecordedCall): void;
  /** From now on every call is over the quota, which opens again after that many seconds. */
  exhaustQuota(seconds: number): void;
  /** From now on every page of the list is the same full one. */
  repeatProjectsPage(): void;
  repeatEntriesPage(): void;
  /** From now on every page of the list is a full one of entries that nobody has seen before. */
  inventEntries(): void;
}

export interface HarnessOptions {
  http: HttpClient;
  clock: Clock;
  quotas: Quotas;
  hasHugeIds?: boolean;
}

/** A line of the table of providers under contract. */
export interface ProviderUnderContract {
  name: string;
  /** Entries the service answers at most at once. */
  pageSize: number;
  /** An id as the service gives them, but one it never gave. */
  unknownId: string;
  /** Whether ids are numbers, which a JavaScript number may not hold. */
  hasNumericIds: boolean;
  /** The header in which the credentials travel. */
  credentialHeader: string;
  /** A project's id of that kind, where they differ. */
  unknownProjectId?: string;
  /** What is special about its timer; `null` where it has none. */
  timer: {
    /** The calls of a stop at an end that is past: reads before it, then these writes. A stop at the present may need fewer writes. */
    stop: { reads: number; writes: string[] };
    /** The answer to the question what runs, when nothing does. */
    nothingRuns: string;
  } | null;
  /** The answer to `verify`'s first question that means an account without anything in it. */
  nothingThere?: string;
  /** Times are kept in multiples of so many milliseconds. */
  resolution: number;
  /** Whether an entry must have a project and a text. */
  needsProject: boolean;
  hasTags: boolean;
  hasClients: boolean;
  /** Whether it keeps entries for a limited time only. */
  hasHistoryLimit: boolean;
  /** Whether it tells what has changed since an instant. */
  hasChanges: boolean;
  start: (options: HarnessOptions) => Promise<Harness>;
}

/** Full pages without end: the same one again and again, or new rows each time. */
export function playPages(
  { faults }: HttpSimulator,
  { size, rowOf, isSame = true, wrap = (rows) => rows }: PagePlay,
): void {
  let first = 1;
  faults.add({
    times: Infinity,
    action: () => {
      const rows = Array.from({ length: size }, (_, index) => rowOf(first + index));
      if (!isSame) first += size;
      return { status: 200, body: JSON.stringify(wrap(rows)) };
    },
  });
}

export interface PagePlay {
  size: number;
  rowOf: (number: number) => object;
  isSame?: boolean;
  wrap?: (rows: object[]) => object;
}
