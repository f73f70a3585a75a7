import { Module } from '@nestjs/common';
import { CommandLogRepository } from './command-log.repository.js';
import { CommandLog } from './command-log.service.js';

@Module({ providers: [CommandLogRepository, CommandLog], exports: [CommandLog] })
export class CommandLogModule {}
