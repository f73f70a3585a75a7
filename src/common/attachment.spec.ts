import { describe, expect, it } from 'vitest';
import { attachment } from './attachment.js';

describe('the name of a download', () => {
  it('stays as it is, and has an ASCII form beside it', () => {
    expect(attachment('Zeit Müller 日.xlsx')).toBe(
      `attachment; filename="Zeit Muller -.xlsx"; filename*=UTF-8''Zeit%20M%C3%BCller%20%E6%97%A5.xlsx`,
    );
  });

  it.each(['"\r\nX: 1', '../../x', 'a;filename=b', "it's 100%", 'half \ud83d', '\u2028\u202e', 'a\u0000b'])(
    'leaves neither the header nor the folder: %j',
    (name) => {
      const value = attachment(`${name}.xlsx`);
      expect(value).toMatch(/^attachment; filename="[^"\\/%;\r\n]+"; filename\*=UTF-8''[\w%.~-]+$/);
      expect(value).not.toContain('"..');
      expect(value).not.toMatch(/%[01][\da-f]/i);
    },
  );

  it('is cut, and keeps its end', () => {
    const value = attachment(`${'ä'.repeat(500)}.xlsx`);
    expect(value.length).toBeLessThan(1000);
    expect(value).toMatch(/\.xlsx$/);
  });
});
