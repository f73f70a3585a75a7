import { expect, it } from 'vitest';
import { COLUMNS, entryFromRow, FIELDS } from './columns.js';

it('reads every field from its own column', () => {
  const row = Object.fromEntries(Object.values(COLUMNS).map((column) => [column, `value of ${column}`]));

  expect(entryFromRow(row)).toEqual(Object.fromEntries(FIELDS.map((field) => [field, `value of ${COLUMNS[field]}`])));
});
