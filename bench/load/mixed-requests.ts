import { CONNECTIONS, LOGS, spreadLogIds } from '../logs/contenders.js';
import { LOG_BODY } from '../logs/statements.js';
import { httpRequest } from '../support/load-job.js';
import type { World } from '../support/world.js';

const PER_CONNECTION = 60;

/** What people do: of ten requests six read a log, two a page of them, and two write one. */
export function mixedRequests(world: World, writers: readonly { token: string }[]): string[][] {
  return Array.from({ length: CONNECTIONS }, (_, connection) => {
    const reader = connection % world.seed.readers.length;
    const { token } = world.seed.readers[reader]!;
    const write = httpRequest('POST', LOGS, { token: writers[connection]!.token, body: LOG_BODY });
    const list = httpRequest('GET', `${LOGS}?limit=100`, { token });
    return spreadLogIds(world, reader, PER_CONNECTION).map((id, index) => {
      const turn = (index + connection) % 10;
      if (turn < 2) return write;
      return turn < 4 ? list : httpRequest('GET', `${LOGS}/${id}`, { token });
    });
  });
}
