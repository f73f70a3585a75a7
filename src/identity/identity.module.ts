import { Module } from '@nestjs/common';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { UsersModule } from '../users/users.module.js';
import { IdentityService } from './identity.service.js';

/** Joins people known only from a service with those who have a login. */
@Module({ imports: [IntegrationsModule, TimeEntriesModule, UsersModule], providers: [IdentityService] })
export class IdentityModule {}
