import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryFaults, WATCHER } from '../support/delivery-faults.js';
import { expectSound } from '../support/oracle.js';
import { sized } from '../support/size.js';
import { deliver, delivery, running, type Answer } from '../support/webhooks.js';

const COPIES = 8;
/** Every copy of these at once, each over a connection of its own. */
const EVENTS_AT_ONCE = 50;
/** An hour of notices; the rest waits for the digest. */
const MOST_NOTICES = 20;

describe('copies of deliveries that come at once, at two replicas', () => {
  let faults: DeliveryFaults;

  beforeEach(async () => {
    faults = await DeliveryFaults.open();
  });

  afterEach(() => faults.close());

  /** Somebody who is asked to come again, because the machine is busy, does so. */
  async function deliverUntilTaken(...call: Parameters<typeof deliver>): Promise<Answer> {
    for (;;) {
      const answer = await deliver(...call);
      if (answer.status !== 503) return answer;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it('make one session and one mail each, and every copy is answered and counted', async () => {
    const replicas = await Promise.all([faults.start(), faults.start()]);
    const count = Math.ceil(sized(400, 4000) / COPIES);
    const events = Array.from({ length: count }, (_, index) =>
      index % 2 === 0 ? (['start', running()] as const) : (['manual', delivery()] as const),
    );
    const answers: Answer[] = [];
    for (let from = 0; from < count; from += EVENTS_AT_ONCE) {
      const wave = events.slice(from, from + EVENTS_AT_ONCE);
      const copies = Array.from({ length: COPIES }, (_, copy) =>
        wave.map(([event, body]) => deliverUntilTaken(replicas[copy % 2]!.url, event, body)),
      );
      answers.push(...(await Promise.all(copies.flat())));
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const accepted = answers.filter(({ body }) => body.status === 'accepted');
    expect(new Set(accepted.map(({ body }) => body.delivery)).size).toBe(count);
    expect(accepted).toHaveLength(count);
    expect(answers.filter(({ body }) => body.status === 'duplicate')).toHaveLength(count * (COPIES - 1));

    await faults.settle();
    await expectSound(faults.world);
    expect(await faults.world.value('select count(*)::int from time_entries')).toBe(count);
    expect(await faults.world.value('select count(*)::int from sessions_binnacle')).toBe(count);
    expect(
      await faults.world.query('select code, sum(occurrences)::int as count from error_log group by code'),
    ).toEqual([{ code: 'SESSION.DUPLICATE_EXTERNAL_ID', count: count * (COPIES - 1) }]);
    expect((await faults.told('session.started')) + (await faults.told('session.manual'))).toBe(count);
    expect(await faults.told('session.duplicate')).toBe(MOST_NOTICES);
    expect(await faults.world.value('select count(*)::int from session_notices')).toBe(count);
    const sent = faults.smtp.copiesFor(WATCHER).map(({ messageId }) => messageId);
    expect(sent).toHaveLength(count + MOST_NOTICES);
    expect(new Set(sent).size).toBe(sent.length);
  }, 300_000);
});
