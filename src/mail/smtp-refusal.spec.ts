import { describe, expect, it } from 'vitest';
import { isLostConnection, MailServerUnavailable, readAcceptance, readRefusal } from './smtp-refusal.js';

const failure = (fields: object, words = 'Message failed') => Object.assign(new Error(words), fields);
const ONE = ['a@example.com'];
const verdictOf = (fields: object) => readRefusal(failure(fields), ONE)[0]!.verdict;

describe('a refusal', () => {
  it.each([
    [{ command: 'RCPT TO', responseCode: 550 }, 'refused'],
    [{ command: 'RCPT TO', responseCode: 450 }, 'deferred'],
    [{ command: 'DATA', responseCode: 554 }, 'refused'],
    [{ command: 'DATA', responseCode: 503 }, 'deferred'],
    [{ command: 'DATA', responseCode: 421 }, 'deferred'],
    [{ command: 'MAIL FROM', responseCode: 552 }, 'refused'],
    [{ command: 'CONN', code: 'ECONNECTION' }, 'deferred'],
    [{ command: 'CONN', code: 'ETIMEDOUT' }, 'deferred'],
  ])('%j means %s', (fields, verdict) => {
    expect(verdictOf(fields)).toBe(verdict);
  });

  it.each([
    { command: 'MAIL FROM', responseCode: 550 },
    { command: 'MAIL FROM', responseCode: 451 },
    { command: 'MAIL FROM', responseCode: 421 },
    { command: 'RCPT TO', responseCode: 530 },
    { command: 'RCPT TO', responseCode: 450, rejectedErrors: [{ responseCode: 530 }] },
  ])('%j is about us and not about the message', (fields) => {
    expect(() => verdictOf(fields)).toThrow(MailServerUnavailable);
  });

  it('is read for each recipient', () => {
    const rejectedErrors = [
      failure({ recipient: 'a@example.com', responseCode: 550 }, 'Recipient refused: 550 5.1.1 no\r\nsuch user'),
      failure({ recipient: 'b@example.com', responseCode: 450 }, 'Recipient refused: 450 later'),
    ];
    const all = ['a@example.com', 'b@example.com', 'c@example.com'];
    expect(readAcceptance(rejectedErrors, all)).toEqual([
      { address: 'a@example.com', verdict: 'refused', reason: 'Recipient refused: 550 5.1.1 no such user' },
      { address: 'b@example.com', verdict: 'deferred', reason: 'Recipient refused: 450 later' },
      { address: 'c@example.com', verdict: 'accepted', reason: null },
    ]);
  });

  it('always has a reason: Node has none when all addresses of a host refuse', () => {
    const silent = Object.assign(new Error(''), { code: 'ESOCKET', originalCode: 'ECONNREFUSED' });
    expect(readRefusal(silent, ONE)[0]!.reason).toBe('ECONNREFUSED');
  });

  it('is told apart from a connection that was lost', () => {
    expect(isLostConnection(failure({ code: 'ECONNECTION' }))).toBe(true);
    expect(isLostConnection(failure({ code: 'ECONNECTION', responseCode: 421 }))).toBe(false);
    expect(isLostConnection(failure({ code: 'EMESSAGE' }))).toBe(false);
  });
});
