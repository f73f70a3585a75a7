import { describe, expect, it } from 'vitest';
import { searchKey } from './search-key.js';

describe('searchKey', () => {
  it.each([
    ['Planeación', 'planeacion'],
    ['  Zoho \t Timesheet ', 'zoho timesheet'],
    ['ÅNGSTRÖM', 'angstrom'],
    ['100 % _fertig_\\', '100 % _fertig_\\'],
  ])('reads %j as %j', (text, key) => {
    expect(searchKey(text)).toBe(key);
  });
});
