import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { CategoriesModule } from './categories/categories.module.js';
import type { Clock } from './common/clock.js';
import { ConfigModule } from './config/config.module.js';
import type { Config } from './config/env.js';
import type { Secrets } from './config/secrets.js';
import { DatabaseModule } from './database/database.module.js';
import { ErrorsModule } from './errors/errors.module.js';
import { FlicModule } from './flic/flic.module.js';
import { HealthModule } from './health/health.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { IntegrationsModule } from './integrations/integrations.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LogsModule } from './logs/logs.module.js';
import { MailDeliveryModule } from './mail/mail-delivery.module.js';
import { ProjectsModule } from './projects/projects.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SyncModule } from './sync/sync.module.js';
import { TeamModule } from './team/team.module.js';
import { TimeEntriesModule } from './time-entries/time-entries.module.js';
import { TimelineModule } from './timeline/timeline.module.js';
import { TimersModule } from './timers/timers.module.js';
import { UsersModule } from './users/users.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** What the app is built from: `main.ts`, the command line and the tests each open it in their own way. */
export interface RuntimeValues {
  config: Config;
  secrets: Secrets;
  databaseUrl: string;
  clock?: Clock;
}

/** One line per feature module. */
const FEATURES: Type[] = [
  UsersModule,
  AuthModule,
  IntegrationsModule,
  ProjectsModule,
  TimeEntriesModule,
  IdentityModule,
  LogsModule,
  TimersModule,
  FlicModule,
  SessionsModule,
  TeamModule,
  SyncModule,
  WebhooksModule,
  MailDeliveryModule,
  CategoriesModule,
  TimelineModule,
  ReconciliationModule,
  ReportsModule,
  ImportsModule,
  JobsModule,
  HealthModule,
];

@Module({})
export class AppModule {
  static forRuntime({ config, secrets, databaseUrl, clock }: RuntimeValues): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forValues(config, secrets, clock),
        DatabaseModule.forUrl(databaseUrl, config.database.readUrl),
        ErrorsModule,
        ...FEATURES,
      ],
    };
  }
}
