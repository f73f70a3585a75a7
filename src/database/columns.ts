import type { ColumnOptions } from 'typeorm';

/** Every instant of the schema: with time zone, to the millisecond, so that JavaScript holds exactly what is stored. */
export const timestamp = { type: 'timestamptz', precision: 3 } as const satisfies ColumnOptions;

export const createdAt = { ...timestamp, name: 'created_at', default: () => 'now()' } as const satisfies ColumnOptions;
export const modifiedAt = {
  ...timestamp,
  name: 'modified_at',
  default: () => 'now()',
} as const satisfies ColumnOptions;

/** What a row that workers claim (`database/claims.ts`) needs besides its state. */
export const queued = {
  attempts: { type: 'integer', default: 0 },
  nextAt: { ...timestamp, name: 'next_at', default: () => 'now()' },
  lastError: { type: 'text', name: 'last_error', nullable: true },
  leaseToken: { type: 'uuid', name: 'lease_token', nullable: true },
  leaseUntil: { ...timestamp, name: 'lease_until', nullable: true },
} as const satisfies Record<string, ColumnOptions>;
