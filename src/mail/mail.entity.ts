import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { createdAt, modifiedAt, queued, timestamp } from '../database/columns.js';
import type { MailState, StoredContent } from './mail.js';

/** One message about one event. */
@Entity('mail_outbox')
@ForeignKey('mail_attachments', ['attachmentId'], ['id'], { name: 'mail_outbox_attachment_fk' })
@Unique('mail_outbox_effect_once', ['effectKey'])
@Unique('mail_outbox_message_id', ['messageId'])
@Index('mail_outbox_due', ['nextAt', 'id'], { where: `state in ('pending', 'sending')` })
@Index('mail_outbox_undelivered', ['state'], { where: `state <> 'done'` })
@Check('mail_outbox_state', `state in ('pending', 'sending', 'done', 'failed')`)
export class MailMessage {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'mail_outbox_pk',
  })
  id: number;

  /** What the mail is about: written twice, it stays one mail. */
  @Column('text', { name: 'effect_key' })
  effectKey: string;

  /** With its angle brackets. The same at every try: SMTP cannot promise that a copy is not sent twice. */
  @Column('text', { name: 'message_id' })
  messageId: string;

  @Column('text')
  kind: string;

  @Column('text')
  locale: string;

  @Column('text')
  subject: string;

  /** What both its parts are made of when it is sent. */
  @Column('json')
  content: StoredContent;

  @Column('bigint', { name: 'attachment_id', nullable: true })
  attachmentId: number | null;

  @Column('text', { default: 'pending' })
  state: MailState;

  @Column(queued.attempts)
  attempts: number;

  @Column(queued.nextAt)
  nextAt: Date;

  @Column(queued.lastError)
  lastError: string | null;

  @Column(queued.leaseToken)
  leaseToken: string | null;

  @Column(queued.leaseUntil)
  leaseUntil: Date | null;

  @Column(createdAt)
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}

/** Whether one of its recipients has it. */
@Entity('mail_recipients')
@ForeignKey('mail_outbox', ['mailId'], ['id'], { name: 'mail_recipients_mail_fk', onDelete: 'CASCADE' })
@Check('mail_recipients_state', `state in ('pending', 'accepted', 'refused')`)
@Check('mail_recipients_accepted', `(state = 'accepted') = (accepted_at is not null)`)
export class MailRecipient {
  @PrimaryColumn('bigint', { name: 'mail_id', primaryKeyConstraintName: 'mail_recipients_pk' })
  mailId: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'mail_recipients_pk' })
  address: string;

  @Column('text', { default: 'pending' })
  state: 'pending' | 'accepted' | 'refused';

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  @Column({ ...timestamp, name: 'accepted_at', nullable: true })
  acceptedAt: Date | null;
}

/** A file that mails carry; several may carry the same. */
@Entity('mail_attachments')
export class MailAttachment {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'mail_attachments_pk',
  })
  id: number;

  @Column('text', { name: 'file_name' })
  fileName: string;

  @Column('text', { name: 'content_type' })
  contentType: string;

  @Column('bytea')
  content: Buffer;

  @Column(createdAt)
  createdAt: Date;
}
