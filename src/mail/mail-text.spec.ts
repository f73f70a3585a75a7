import { describe, expect, it } from 'vitest';
import { plainText, subjectLine } from './mail-text.js';

describe('a subject', () => {
  it('is one line, so that user text begins no other header', () => {
    expect(subjectLine('Sesión de Ana\r\nBcc: e@example.com\u2028\u0085\n\n\tX: y ')).toBe(
      'Sesión de Ana Bcc: e@example.com X: y',
    );
  });

  it('holds what the database stores, and not too much of it', () => {
    expect(subjectLine('a\0b\ud800')).toBe('a\ufffdb\ufffd');
    const long = subjectLine('😀'.repeat(500));
    expect(long.length).toBeLessThanOrEqual(200);
    expect(long).toMatch(/^(😀)+…$/u);
  });
});

describe('plain text', () => {
  it('keeps lines and tabs, and no other control character', () => {
    expect(plainText('a\r\nb\rc\u2028d\te')).toBe('a\nb\nc\nd\te');
    expect(plainText('\u001b[2J\u0007\u009b1m\0')).toBe('\ufffd[2J\ufffd\ufffd1m\ufffd');
  });

  it('does not turn the direction of what follows it', () => {
    expect(plainText('a\u202ecod.exe\u2067b')).toBe('acod.exeb');
    expect(plainText('عربي')).toBe('عربي');
  });
});
