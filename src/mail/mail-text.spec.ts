import { describe, expect, it } from 'vitest';
import { subjectLine } from './mail-text.js';

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
