import { Module } from '@nestjs/common';
import { BinnacleModule } from '../binnacle/binnacle.module.js';
import { MailModule } from '../mail/mail.module.js';
import { PushModule } from '../push/push.module.js';
import { UsersModule } from '../users/users.module.js';
import { BatchLoader } from './batch-loader.js';
import { BatchWriter } from './batch-writer.js';
import { HealthKeys } from './health-keys.js';
import { HealthKeysRepository } from './health-keys.repository.js';
import { KnownEntriesRepository } from './known-entries.repository.js';
import { KnownEntriesService } from './known-entries.service.js';
import { SessionDigestJob } from './session-digest.job.js';
import { SessionMail } from './session-mail.js';
import { SessionNoticesRepository } from './session-notices.repository.js';
import { LateChangesRepository } from './late-changes.repository.js';
import { TimeEntriesRepository } from './time-entries.repository.js';
import { TimeEntriesService } from './time-entries.service.js';

@Module({
  imports: [BinnacleModule, PushModule, MailModule, UsersModule],
  providers: [
    TimeEntriesRepository,
    LateChangesRepository,
    BatchLoader,
    BatchWriter,
    TimeEntriesService,
    HealthKeysRepository,
    HealthKeys,
    KnownEntriesRepository,
    KnownEntriesService,
    SessionNoticesRepository,
    SessionMail,
    SessionDigestJob,
  ],
  exports: [TimeEntriesService, KnownEntriesService, HealthKeys, SessionMail],
})
export class TimeEntriesModule {}
