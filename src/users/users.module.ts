import { Module } from '@nestjs/common';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** People and their passwords. Their routes stand with the sign-in, in `auth`. */
@Module({ providers: [UsersRepository, UsersService], exports: [UsersService] })
export class UsersModule {}
