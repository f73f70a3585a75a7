import { describe, expect, it } from 'vitest';
import { renderLetter } from './letter-template.js';

const HOSTILE = `<script>alert(1)</script><img src=x onerror="a()"> {{7*7}} <%= 7*7 %> [x](javascript:1) & "q" 'q'`;

describe('a letter', () => {
  const { html, text } = renderLetter({
    locale: 'es',
    subject: 'Prueba',
    banner: HOSTILE,
    tone: 'alert',
    paragraphs: [HOSTILE],
    facts: [[HOSTILE, HOSTILE]],
  });

  it('shows text as text, whatever it looks like', () => {
    expect(html).not.toMatch(/<script|<img|<%/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;a()&quot;&gt; {{7*7}}');
    expect(html.match(/\{\{7\*7\}\}/g)).toHaveLength(4);
    expect(html).toContain('&amp; &quot;q&quot; &#39;q&#39;');
    expect(html).toContain('<html lang="es">');
  });

  it('lets no value look like another fact', () => {
    const facts = [['Description', 'work\nOvertime: No']] as const;
    const letter = renderLetter({ locale: 'en', subject: 's', banner: 'b', tone: 'good', paragraphs: [], facts });
    expect(letter.text).toBe('b\n\nDescription: work\n  Overtime: No');
  });

  it('says the same without HTML', () => {
    expect(text).toBe(`${HOSTILE}\n\n${HOSTILE}\n\n${HOSTILE}: ${HOSTILE}`);
  });
});
