import { expect, it } from 'vitest';

it('stands in the time zone it was sent to', () => {
  const zone = process.env.TZ;
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
  const shown = new Date(2026, 0, 1).toLocaleString('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' });
  expect(shown).toBe('00');
});
