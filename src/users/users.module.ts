import { Module } from '@nestjs/common';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** People and their passwords, and who is behind an account at a service. Their routes stand with the sign-in, in `auth`. */
@Module({
  providers: [UsersRepository, UsersService, PeopleRepository, PeopleService],
  exports: [UsersService, PeopleService],
})
export class UsersModule {}
