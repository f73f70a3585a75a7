import { Module } from '@nestjs/common';
import { MailSender } from './mail-sender.js';
import { MailWorker } from './mail-worker.js';
import { MailModule } from './mail.module.js';

/** Empties the outbox. Apart from it, so that a command that writes mail does not begin to send. */
@Module({ imports: [MailModule], providers: [MailSender, MailWorker], exports: [MailWorker] })
export class MailDeliveryModule {}
