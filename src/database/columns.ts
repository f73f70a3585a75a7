import type { ColumnOptions } from 'typeorm';

/** Every instant of the schema: with time zone, to the millisecond, so that JavaScript holds exactly what is stored. */
export const timestamp = { type: 'timestamptz', precision: 3 } as const satisfies ColumnOptions;

export const createdAt = { ...timestamp, name: 'created_at', default: () => 'now()' } as const satisfies ColumnOptions;
export const modifiedAt = {
  ...timestamp,
  name: 'modified_at',
  default: () => 'now()',
} as const satisfies ColumnOptions;
