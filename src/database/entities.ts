import { ApiToken } from '../auth/api-token.entity.js';
import { CookieSession } from '../auth/cookie-session.entity.js';
import { LoginFailure } from '../auth/login-failure.entity.js';
import { LedgerCommand } from '../command-log/ledger-command.entity.js';
import { EntryRead } from '../entry-reads/entry-read.entity.js';
import { BinnacleCheckpoint } from '../binnacle/binnacle-checkpoint.entity.js';
import { BinnacleRow } from '../binnacle/binnacle-row.entity.js';
import { CheckpointHead } from '../binnacle/checkpoint-head.entity.js';
import { LedgerRegister } from '../binnacle/ledger-register.entity.js';
import { CategoryRulesRow } from '../categories/category-rules.entity.js';
import { ErrorLogRow } from '../errors/error-log.entity.js';
import { FlicButton } from '../flic/flic-button.entity.js';
import { FlicPress } from '../flic/flic-press.entity.js';
import { FlicSettingsRow } from '../flic/flic-settings.entity.js';
import { HealthWorkout } from '../workouts/health-workout.entity.js';
import { WebhookSubscription } from '../integrations/webhook-subscription.entity.js';
import { AccessToken } from '../integrations/access-token.entity.js';
import { ImportRow } from '../imports/import.entity.js';
import { Integration } from '../integrations/integration.entity.js';
import { OAuthState } from '../integrations/oauth/oauth-state.entity.js';
import { QuotaBucket } from '../integrations/quotas/quota-bucket.entity.js';
import { IdempotencyKey } from '../logs/idempotency-key.entity.js';
import { MailAttachment, MailMessage, MailRecipient } from '../mail/mail.entity.js';
import { Project } from '../projects/project.entity.js';
import { Push } from '../push/push.entity.js';
import { ReportRunRow } from '../reports/report-run.entity.js';
import { ReportScheduleRow } from '../reports/report-schedule.entity.js';
import { SyncMember } from '../sync/sync-member.entity.js';
import { SyncPlan } from '../sync/sync-plan.entity.js';
import { SyncSettings } from '../sync/sync-settings.entity.js';
import { SyncState } from '../sync/sync-state.entity.js';
import { SessionNotice, SessionNoticeSlot } from '../time-entries/session-notice.entity.js';
import { LateChangeRow } from '../time-entries/late-change.entity.js';
import { RetiredKey } from '../time-entries/retired-key.entity.js';
import { TimeEntryRow } from '../time-entries/time-entry.entity.js';
import { TimelineDecisionRow } from '../timeline/fixes/timeline-decision.entity.js';
import { ProviderAccountRow } from '../users/provider-account.entity.js';
import { User } from '../users/user.entity.js';
import { Delivery } from '../webhooks/delivery.entity.js';
import { Lease } from './lease.entity.js';

/** Every entity, so that the drift check sees the whole schema. */
export const ENTITIES = [
  User,
  ProviderAccountRow,
  CookieSession,
  ApiToken,
  LoginFailure,
  ImportRow,
  Integration,
  AccessToken,
  WebhookSubscription,
  HealthWorkout,
  OAuthState,
  QuotaBucket,
  Project,
  TimeEntryRow,
  SessionNotice,
  SessionNoticeSlot,
  LateChangeRow,
  RetiredKey,
  BinnacleRow,
  LedgerRegister,
  BinnacleCheckpoint,
  CheckpointHead,
  Push,
  SyncState,
  SyncMember,
  SyncSettings,
  SyncPlan,
  MailAttachment,
  MailMessage,
  MailRecipient,
  Lease,
  IdempotencyKey,
  ErrorLogRow,
  FlicSettingsRow,
  FlicButton,
  FlicPress,
  CategoryRulesRow,
  TimelineDecisionRow,
  Delivery,
  LedgerCommand,
  EntryRead,
  ReportRunRow,
  ReportScheduleRow,
];
