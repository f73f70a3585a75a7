import { Module } from '@nestjs/common';
import { PushRepository } from './push.repository.js';
import { PushService } from './push.service.js';

@Module({ providers: [PushRepository, PushService], exports: [PushService] })
export class PushModule {}
