import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Database } from './database.js';
import { dataSourceOptions, poolOf } from './data-source.js';
import { Leases } from './leases.js';
import { RowStream } from './row-stream.js';
import { SilenceWatch } from './silence-watch.js';
import { Transactions } from './transactions.js';

/** The connection, explicit transactions and leases. The schema is migrated before the module is built (`main.ts`). */
@Global()
@Module({})
export class DatabaseModule {
  /** @param readUrl a replica for answers that are large and may be a moment old */
  static forUrl(url: string, readUrl = url): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions({ url }), retryAttempts: 0 })],
      providers: [
        { provide: Database, useFactory: (source: DataSource) => watched(source, url), inject: [DataSource] },
        Transactions,
        Leases,
        { provide: RowStream, useFactory: () => new RowStream(readUrl) },
      ],
      exports: [Database, Transactions, Leases, RowStream],
    };
  }
}

function watched(source: DataSource, url: string): Database {
  const pool = poolOf(source);
  new SilenceWatch(url).watchPool(pool);
  return new Database(pool);
}
