import { describe, expect, it } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultAction } from '../../simulators/support/faults.js';
import { sized } from '../support/size.js';
import { PROVIDERS, useProvider, NOW, at, errorOf } from './support.js';

describe.each(PROVIDERS)('$name, when the service fails,', (subject) => {
  const contract = useProvider(subject);

  const fault = (action: FaultAction, method?: string, times = Infinity) =>
    contract.harness.simulator.faults.add({ method, action, times });

  it('says when the quota opens again', async () => {
    contract.harness.exhaustQuota(1855);
    const error = await errorOf(contract.harness.provider.getEntry(contract.harness.connection, subject.unknownId));
    expect([error.kind, error.retryAt]).toEqual(['quota', new Date(NOW.getTime() + 1_855_000)]);
  });

  it('backs off from a 429 page, and never shows the page', async () => {
    fault({ status: 429, headers: { 'content-type': 'text/html' }, body: '<html><h1>429</h1></html>' });
    const error = await errorOf(contract.harness.provider.createEntry(contract.harness.connection, contract.draft()));
    expect(error.kind).toBe('quota');
    expect(error.retryAt!.getTime()).toBeGreaterThan(NOW.getTime());
    expect(error.message).not.toContain('<');
    expect(contract.harness.simulator.calls).toHaveLength(1);
  });

  it.each(['html', 'truncated', 'oversize', 'reset-before'] as const)(
    'takes %s for no answer at all',
    async (action) => {
      const { provider, connection } = contract.harness;
      contract.addReadable();
      fault(action);
      for (const read of [
        () => contract.read(),
        () => provider.listEntries(connection, { from: at('08:00:00'), to: NOW }),
      ]) {
        const error = await errorOf(read());
        expect([error.kind, error.isAmbiguous]).toEqual(['unavailable', false]);
      }
    },
  );

  it.each(['null', '[]', '"text"', '{"id":"x"}', '[{"id":1}]', '7', ''])(
    'takes the wrong shape %j for no answer',
    async (body) => {
      fault({ status: 200, body });
      const { provider, connection } = contract.harness;
      const current = await contract.read().catch((error: unknown) => (error as { kind?: string }).kind);
      expect(current).toBe(body === subject.timer?.nothingRuns ? null : 'unavailable');
      expect(await errorOf(provider.createEntry(connection, contract.draft()))).toMatchObject({ isAmbiguous: true });
      const { kind } = await errorOf(provider.verify(connection.credentials, null, {}));
      expect(kind).toBe(body === subject.nothingThere ? 'rejected' : 'unavailable');
    },
  );

  it('reads again after a passing failure', async () => {
    const id = contract.addReadable();
    fault({ status: 503 }, 'GET', 1);
    fault('reset-before', 'GET', 1);
    expect((await contract.read())!.externalId).toBe(id);
    expect(contract.harness.simulator.calls).toHaveLength(3);
  });

  it.each(['create-then-reset', 'create-then-garbage', 'create-then-empty', 'truncated'] as const)(
    'calls a create ambiguous after %s, and does not repeat it',
    async (action) => {
      fault(action, 'POST');
      const error = await errorOf(contract.harness.provider.createEntry(contract.harness.connection, contract.draft()));
      expect([error.kind, error.isAmbiguous]).toEqual(['unavailable', true]);
      expect(contract.harness.createdCount()).toBe(1);
      expect(contract.harness.simulator.calls).toHaveLength(1);
    },
  );

  it('calls a create that never left this machine unambiguous', async () => {
    await contract.harness.simulator.stop();
    const error = await errorOf(contract.harness.provider.createEntry(contract.harness.connection, contract.draft()));
    expect([error.kind, error.isAmbiguous]).toEqual(['unavailable', false]);
  });

  it.each([301, 302, 307, 308])('does not follow a %i nor send the credentials along', async (status) => {
    let strangers = 0;
    const stranger = createServer((_request, response) => {
      strangers += 1;
      response.end('null');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`;
    fault({ status, headers: { location } });
    const { provider, connection } = contract.harness;
    expect((await errorOf(contract.read())).kind).toBe('unavailable');
    expect((await errorOf(provider.createEntry(connection, contract.draft()))).kind).toBe('unavailable');
    expect(strangers).toBe(0);
    await new Promise((resolve) => stranger.close(resolve));
  });

  it('never repeats our credentials in what it says', async () => {
    const { connection, provider, simulator } = contract.harness;
    const token = Object.values(connection.credentials)[0]!.reveal();
    await provider.getEntry(connection, subject.unknownId);
    const sent = String(simulator.calls[0]!.headers[subject.credentialHeader]).split(' ').at(-1)!;
    fault({ status: 400, body: JSON.stringify(`header ${sent}, Basic ${token}, ${token}`) });
    const { message } = await errorOf(provider.createEntry(connection, contract.draft()));
    expect(message).toContain('header');
    expect(message).not.toContain(token);
    expect(message).not.toContain(sent);
  });
});

/** All of them wait in the one HTTP client: at the gate one service stands for the others. */
const SLOW_PROVIDERS = sized(PROVIDERS.slice(0, 1), PROVIDERS);

describe.each(SLOW_PROVIDERS)('$name, when the service takes its time,', (subject) => {
  const contract = useProvider(subject, { patienceMilliseconds: 400 });

  const fault = (action: FaultAction, method?: string) =>
    contract.harness.simulator.faults.add({ method, action, times: Infinity });

  it.each(['slow', 'timeout'] as const)('takes %s for no answer at all', async (action) => {
    const { provider, connection } = contract.harness;
    contract.addReadable();
    fault(action);
    const list = () => provider.listEntries(connection, { from: at('08:00:00'), to: NOW });
    const errors = await Promise.all([errorOf(contract.read()), errorOf(list())]);
    expect(errors.map(({ kind, isAmbiguous }) => [kind, isAmbiguous])).toEqual([
      ['unavailable', false],
      ['unavailable', false],
    ]);
  });

  it.each(['create-then-timeout', 'slow'] as const)(
    'calls a create ambiguous after %s, and does not repeat it',
    async (action) => {
      const { provider, connection, simulator } = contract.harness;
      // What a first call needs besides is there by then.
      await contract.read();
      simulator.calls.length = 0;
      fault(action, 'POST');
      const error = await errorOf(provider.createEntry(connection, contract.draft()));
      expect([error.kind, error.isAmbiguous]).toEqual(['unavailable', true]);
      expect(contract.harness.createdCount()).toBe(1);
      expect(simulator.calls).toHaveLength(1);
    },
  );
});
