import { Module } from '@nestjs/common';
import { EntryReadsRepository } from './entry-reads.repository.js';
import { EntryReads } from './entry-reads.service.js';

@Module({ providers: [EntryReadsRepository, EntryReads], exports: [EntryReads] })
export class EntryReadsModule {}
