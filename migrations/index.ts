import { CreateAccounts1790000000001 } from './1790000000001-create-accounts.js';
import { CreateIntegrations1790000000002 } from './1790000000002-create-integrations.js';
import { CreateLedger1790000000003 } from './1790000000003-create-ledger.js';
import { CreateOutboxAndOperations1790000000004 } from './1790000000004-create-outbox-and-operations.js';
import { CreateAccessTokens1790000000005 } from './1790000000005-create-access-tokens.js';
import { CreateMail1790000000006 } from './1790000000006-create-mail.js';
import { CreateSync1790000000007 } from './1790000000007-create-sync.js';
import { CreateProviderAccounts1790000000008 } from './1790000000008-create-provider-accounts.js';
import { CreateQuotaBuckets1790000000009 } from './1790000000009-create-quota-buckets.js';
import { KeepLateChanges1790000000010 } from './1790000000010-keep-late-changes.js';
import { CreateInbox1790000000011 } from './1790000000011-create-inbox.js';
import { IndexTeamReads1790000000012 } from './1790000000012-index-team-reads.js';
import { StoreMailContent1790000000017 } from './1790000000017-store-mail-content.js';
import { CreateSessionNotices1790000000018 } from './1790000000018-create-session-notices.js';
import { IndexUndeliveredMails1790000000019 } from './1790000000019-index-undelivered-mails.js';
import { AddRoundingNote1790000000020 } from './1790000000020-add-rounding-note.js';
import { AddFoundProjects1790000000021 } from './1790000000021-add-found-projects.js';
import { CreateReports1790000000040 } from './1790000000040-create-reports.js';
import { CreateImports1790000000050 } from './1790000000050-create-imports.js';
import { CreateCategoryRules1790000000060 } from './1790000000060-create-category-rules.js';
import { CreateTimelineDecisions1790000000061 } from './1790000000061-create-timeline-decisions.js';
import { LinkSameEntries1790000000062 } from './1790000000062-link-same-entries.js';
import { CreateWebhookSubscriptions1790000000070 } from './1790000000070-create-webhook-subscriptions.js';
import { CreateHealthWorkouts1790000000071 } from './1790000000071-create-health-workouts.js';
import { IndexLongEntries1790000000080 } from './1790000000080-index-long-entries.js';
import { IndexHistoryByProjectAndDay1790000000081 } from './1790000000081-index-history-by-project-and-day.js';
import { CreateSeenByTeam1790000000090 } from './1790000000090-create-seen-by-team.js';

/** Every migration, in order. Listed by class because globs differ between `dist` and the tests. */
export const MIGRATIONS = [
  CreateAccounts1790000000001,
  CreateIntegrations1790000000002,
  CreateLedger1790000000003,
  CreateOutboxAndOperations1790000000004,
  CreateAccessTokens1790000000005,
  CreateMail1790000000006,
  CreateSync1790000000007,
  CreateProviderAccounts1790000000008,
  CreateQuotaBuckets1790000000009,
  KeepLateChanges1790000000010,
  CreateInbox1790000000011,
  IndexTeamReads1790000000012,
  StoreMailContent1790000000017,
  CreateSessionNotices1790000000018,
  IndexUndeliveredMails1790000000019,
  AddRoundingNote1790000000020,
  AddFoundProjects1790000000021,
  CreateReports1790000000040,
  CreateImports1790000000050,
  CreateCategoryRules1790000000060,
  CreateTimelineDecisions1790000000061,
  LinkSameEntries1790000000062,
  CreateWebhookSubscriptions1790000000070,
  CreateHealthWorkouts1790000000071,
  IndexLongEntries1790000000080,
  IndexHistoryByProjectAndDay1790000000081,
  CreateSeenByTeam1790000000090,
];
