import { beforeAll, describe, expect, it } from 'vitest';
import { filesAboutTime, MACHINE_ZONES, runUnder, type Result } from '../support/machine-zones.js';

const FEW = 10;

describe('a machine in another time zone', () => {
  const files = filesAboutTime(['src']);
  const results = new Map<string, Result>();

  beforeAll(async () => {
    const config = ['--config', 'test/support/pure.config.ts', 'test/support/zone.probe.ts'];
    for (const zone of MACHINE_ZONES) results.set(zone, await runUnder(zone, files, config));
  }, 300_000);

  it('has something to compute with', () => {
    expect(files.length).toBeGreaterThan(FEW);
    expect(results.get('UTC')!.passed).toContain('stands in the time zone it was sent to');
  });

  it.each(MACHINE_ZONES)('comes to the same results: %s', (zone) => {
    const { passed, failed, complaints } = results.get(zone)!;
    expect(complaints).toBe('');
    expect(failed).toEqual([]);
    expect(passed).toEqual(results.get('UTC')!.passed);
  });
});
