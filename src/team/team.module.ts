import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { UsersModule } from '../users/users.module.js';
import { TeamController, TeamSearchController } from './team.controller.js';
import { TeamRepository } from './team.repository.js';
import { TeamService } from './team.service.js';

/** People as coordinators know them. */
@Module({
  imports: [AuthModule, UsersModule],
  controllers: [TeamController, TeamSearchController],
  providers: [TeamRepository, TeamService],
})
export class TeamModule {}
