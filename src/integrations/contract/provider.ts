import type { Secret } from '../../common/secret.js';
import type { CallMeter } from './quotas.js';
import type { EntryDraft, RemoteEntry, RemoteProject } from './remote-entry.js';
import type { WebhookSubscriptions } from './subscriptions.js';
import type { WebhookCapability } from './webhooks.js';

export interface CredentialField {
  name: string;
  required: boolean;
  /** Shown as dots by a form, never answered back. */
  secret: boolean;
  /** The required field that may be left out when this one is given. */
  insteadOf?: string;
}

/** What a user may say about an integration besides its credentials: a text, which is answered back. */
export interface SettingField {
  name: string;
  /** The only values there are; any text without them. */
  values?: readonly string[];
}

/** One user's account at one service, opened: what every call needs. Never stored, never logged. */
export interface Connection {
  integrationId: number | null;
  region: string | null;
  credentials: Readonly<Record<string, Secret>>;
  workspaceId: string;
  accountId: string;
  settings: Readonly<Record<string, unknown>>;
  /** The account's own, as `verify` found it; `null` or absent where the service names none. */
  timeZone?: string | null;
  /** Counts the calls of one piece of work, and says whether they are a person's; a person's without it. */
  meter?: CallMeter;
}

/** Whom the credentials belong to, as said by the service itself. */
export interface VerifiedAccount {
  accountId: string;
  accountName: string;
  workspaceId: string;
  workspaceName: string | null;
  timeZone: string | null;
  /** What to keep instead of what was given: a lasting token in exchange for a code that was good for one use. */
  credentials?: Connection['credentials'];
}

export interface EntryWindow {
  /** Entries that touch [from, to), running ones included. */
  from: Date;
  to: Date;
  /**
   * Called when the service keeps no history that old: entries that start before `completeFrom` are missing from the answer,
   * and nothing may be concluded from their absence.
   */
  onIncomplete?: (completeFrom: Date) => void;
}

export interface EntriesSince {
  /** Everything created, changed or deleted after this instant. */
  since: Date;
  /** Called when the service does not answer all of them (too old, too many): walk a window instead. */
  onIncomplete?: () => void;
}

export interface ProviderLimits {
  /** Steady pace towards the vendor's own host, for one credential. */
  requestsPerSecond: number;
  /** Oldest day that can be read or written, counted back from today, or `null` for no limit. */
  historyDays: number | null;
  /** Entries the service answers at most in one page. */
  pageSize: number;
}

/** Reading and steering the running entry, where the service has timers. */
export interface TimerCapability {
  current(connection: Connection): Promise<RemoteEntry | null>;
  /** Starts an entry; the draft has no end. */
  start(connection: Connection, draft: EntryDraft): Promise<RemoteEntry>;
  /**
   * Ends the entry at `end`. When somebody else has ended it in the meantime their end stays and is answered.
   */
  stop(connection: Connection, externalId: string, end: Date): Promise<RemoteEntry>;
}

/** Changes since an instant, deleted ones included: one cheap call instead of a walk over a window. */
export interface IncrementalCapability {
  listChanges(connection: Connection, since: EntriesSince): Promise<RemoteEntry[]>;
}

/** A person of a workspace, as the service shows them to an administrator's credentials. */
export interface TeamMember {
  accountId: string;
  name: string;
  /** The service's own word, such as `ACTIVE`. */
  status: string;
  /** Their own, where the service tells it. */
  timeZone: string | null;
}

/** Reading everybody's entries with an administrator's credentials, where the service allows it. */
export interface TeamCapability {
  listMembers(connection: Connection): Promise<TeamMember[]>;
  listMemberEntries(connection: Connection, accountId: string, window: EntryWindow): Promise<RemoteEntry[]>;
  /** Whatever runs in the workspace, whoever started it. */
  listRunning(connection: Connection): Promise<RemoteEntry[]>;
}

/** Finding projects that are too many to be listed, such as tickets. */
export interface ProjectSearchCapability {
  searchProjects(connection: Connection, query: string, limit: number): Promise<RemoteProject[]>;
}

/** Connecting an account on the service's own consent page, where the operator has registered this installation there. */
export interface OAuthCapability {
  /** The page that asks the user and sends them back to `redirectUri` with a code and our `state`. */
  consentUrl(request: { region: string | null; redirectUri: string; state: string }): string;
  /**
   * The data centre that an answer to the consent page names, or `null` when it names none.
   * @throws ProviderError `rejected` for anything that is not on the vendor's list
   */
  regionNamed(answer: { location?: string; server?: string }): string | null;
  /** The credentials that a code is good for. */
  exchange(request: { region: string | null; redirectUri: string; code: string }): Promise<Connection['credentials']>;
}

/**
 * Short-lived access tokens of services with OAuth: kept once for all replicas, and renewed by one of them at a time.
 */
export interface AccessTokens {
  /**
   * The token in force for a credential, or the one `refresh` brings.
   * @param credentialKey tells credentials apart; a digest, never the credential itself
   * @param refused the token the service has just refused: it is not handed out again
   */
  get(
    credentialKey: string,
    refresh: () => Promise<{ token: Secret; expiresInSeconds: number }>,
    refused?: Secret,
  ): Promise<Secret>;
}

/** An account that the operator names in the environment. */
export interface OperatorAccount {
  region?: string;
  credentials: Connection['credentials'];
  /** `workspace_id` in it names one of several workspaces of the account. */
  settings?: Record<string, unknown>;
}

/** How many calls a service still grants, as all replicas know it. */
export interface QuotaReading {
  /** Whose calls are counted: the user's, the workspace's. */
  bucket: string;
  unit: 'calls' | 'credits';
  /** 0 while the service asks to be left alone. */
  remaining: number;
  /** What a window begins with; `null` where the service does not say. */
  limit: number | null;
  resetsAt: Date;
  /** What one call of a sync takes from it; 0 when a sync takes nothing. */
  callCost: number;
  /** What work of the clock leaves to people. */
  reserve: number;
  /** The service asked to be left alone until `resetsAt`. */
  isAsked: boolean;
}

/**
 * The adapter of one outside service. Callers test for a capability, never for a name. Every method throws
 * `ProviderError`; reads are retried inside, a blind repeat of a create never happens.
 */
export interface TimeTrackingProvider {
  readonly key: string;
  readonly name: string;
  readonly credentialFields: readonly CredentialField[];
  readonly settingFields: readonly SettingField[];
  /** Names of the vendor's data centres; empty where there is one. Users choose from it, never a host. */
  readonly regions: readonly string[];
  readonly limits: ProviderLimits;
  /** Which fields a log needs before it can be written there, in words. */
  readonly completeWhen: string;

  verify(
    credentials: Connection['credentials'],
    region: string | null,
    settings: Connection['settings'],
  ): Promise<VerifiedAccount>;
  listProjects(connection: Connection): Promise<RemoteProject[]>;
  /** Names of the log's fields that are still needed; empty means complete. */
  missingFields(draft: EntryDraft): string[];
  createEntry(connection: Connection, draft: EntryDraft): Promise<RemoteEntry>;
  /**
   * Writes all that the draft says. A draft that runs leaves an end which the entry got there in the meantime, unless
   * `reopen` asks for it to run again.
   */
  updateEntry(
    connection: Connection,
    externalId: string,
    draft: EntryDraft,
    options?: { reopen: boolean },
  ): Promise<RemoteEntry>;
  /** Succeeds when the entry is gone, whoever removed it. */
  deleteEntry(connection: Connection, externalId: string): Promise<void>;
  listEntries(connection: Connection, window: EntryWindow): Promise<RemoteEntry[]>;
  getEntry(connection: Connection, externalId: string): Promise<RemoteEntry | null>;
  /**
   * Entries that an unanswered create may have left there, for services that do not keep a start as it was sent (they round
   * it, or know the day only). Without it they are looked for in the list, by start, text and project.
   */
  findCreated?(
    connection: Connection,
    sent: Pick<EntryDraft, 'start' | 'description' | 'projectExternalId'>,
  ): Promise<RemoteEntry[]>;

  /** What is known of the quotas of a connection right now; nothing before the first answer. Makes no call. */
  quotas?(connection: Connection): Promise<QuotaReading[]>;

  /** Become integrations of the first admin at the start. */
  readonly operatorAccounts?: readonly OperatorAccount[];

  readonly timer?: TimerCapability;
  readonly incremental?: IncrementalCapability;
  readonly team?: TeamCapability;
  readonly projectSearch?: ProjectSearchCapability;
  readonly oauth?: OAuthCapability;
  readonly webhooks?: WebhookCapability;
  readonly webhookSubscriptions?: WebhookSubscriptions;
}

/** The list of every provider, found by key through `ProviderRegistry`. */
export const TIME_TRACKING_PROVIDERS = Symbol('TIME_TRACKING_PROVIDERS');
