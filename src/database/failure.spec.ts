import { describe, expect, it } from 'vitest';
import { databaseFailureOf } from './failure.js';

const sqlError = (code: string) => Object.assign(new Error('x'), { severity: 'ERROR', code });

describe('databaseFailureOf', () => {
  it.each([
    ['08006', 'unavailable'],
    ['57P01', 'unavailable'],
    ['57P03', 'unavailable'],
    ['53300', 'unavailable'],
    ['40001', 'busy'],
    ['40P01', 'busy'],
    ['55P03', 'busy'],
    ['57014', 'busy'],
    ['23505', 'duplicate'],
    ['23503', 'reference'],
    ['22P02', 'value'],
    ['22021', 'value'],
    ['23514', undefined],
    ['42P01', undefined],
  ])('reads SQLSTATE %s as %s', (code, meaning) => {
    expect(databaseFailureOf(sqlError(code))).toBe(meaning);
  });

  it('knows a server that is away by the socket and by the words of the pool', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    expect(databaseFailureOf(refused)).toBe('unavailable');
    expect(databaseFailureOf(new Error('timeout exceeded when trying to connect'))).toBe('unavailable');
    expect(databaseFailureOf(new Error('Connection terminated unexpectedly'))).toBe('unavailable');
  });

  it('looks below what TypeORM wraps around an error', () => {
    expect(databaseFailureOf(Object.assign(new Error('wrapped'), { driverError: sqlError('23505') }))).toBe(
      'duplicate',
    );
  });

  it('leaves every other error alone', () => {
    const fetchFailed = new TypeError('fetch failed', {
      cause: Object.assign(new Error(), { code: 'ECONNREFUSED', syscall: 'connect' }),
    });
    expect(databaseFailureOf(fetchFailed)).toBeUndefined();
    expect(databaseFailureOf(Object.assign(new Error(), { code: 'ENOENT', syscall: 'open' }))).toBeUndefined();
    expect(databaseFailureOf('40001')).toBeUndefined();
  });
});
