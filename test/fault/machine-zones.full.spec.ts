import { describe, expect, it } from 'vitest';
import { filesAboutTime, MACHINE_ZONES, runUnder } from '../support/machine-zones.js';

/** The other tests of a full run stand in the zone of the machine, and these beside them. */
describe('a machine in another time zone', () => {
  it.each(MACHINE_ZONES)(
    'answers the same, with its database and all that is about time: %s',
    async (zone) => {
      const { passed, failed, complaints } = await runUnder(
        zone,
        filesAboutTime(['test/integration', 'test/e2e', 'test/contract']),
        ['--maxWorkers=1'],
      );
      console.log(`${passed.length} tests under ${zone}`);
      expect(complaints).toBe('');
      expect(failed).toEqual([]);
    },
    1_800_000,
  );
});
