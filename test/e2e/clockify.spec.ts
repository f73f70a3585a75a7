import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import { ClockifySimulator } from '../../simulators/clockify/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { readConfig } from '../../src/config/env.js';
import { PushWorker } from '../../src/sync/push-worker.js';
import { signIn } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/app.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;
const unix = (date: Date) => date.getTime() / 1000;

interface Integration {
  id: number;
  workspace_id: string;
  provider: string;
  settings: object;
}

interface Item {
  id: number;
  external_id: string;
  sync: { state: string };
}

describe('a Clockify key in the environment', () => {
  let clock: FixedClock;
  let clockify: ClockifySimulator;
  let user: ClockifyUser;
  let app: TestApp;
  let cookie: string;

  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const answer = await fetch(app.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    expect(answer.ok, text).toBe(true);
    return (JSON.parse(text) as { result: T }).result;
  };
  const integrations = () => call<Integration[]>('GET', '/v1/resources/integrations');
  const deliver = () => app.get(PushWorker).deliverDue();

  beforeAll(async () => {
    clock = new FixedClock(NOW);
    clockify = new ClockifySimulator({ now: () => clock.now().getTime() });
    await clockify.start();
    user = clockify.addUser({ plan: 'PRO' });
    const second = clockify.model.addWorkspace({ name: 'Second', members: { [user.id]: 'ADMIN' } });
    app = await startTestApp({
      clock,
      env: {
        LOG_LEVEL: 'debug',
        CLOCKIFY_API_KEY: user.apiKey,
        CLOCKIFY_BASE_URL: clockify.url,
        CLOCKIFY_WORKSPACE_ID: `${user.defaultWorkspaceId},${second.id}`,
        TEST_CONTROL: JSON.stringify({ retryScale: 0.002, withoutJobs: true }),
      },
    });
    cookie = await signIn(app, 'admin', 'correct horse battery staple');
    await vi.waitFor(async () => expect(await integrations()).toHaveLength(2), { timeout: 40_000 });
  });

  afterAll(async () => {
    await app.close();
    await clockify.stop();
  });

  it('connects each workspace that is named, for everybody in it', async () => {
    const found = await integrations();
    const workspaces = [...clockify.model.workspaces.keys()];
    expect(found.map((one) => one.workspace_id)).toEqual(workspaces);
    expect(found.map((one) => one.provider)).toEqual(['clockify', 'clockify']);
    for (const one of found) expect(one.settings).toEqual({ scope: 'workspace', workspace_id: one.workspace_id });
  });

  it('is offered with its fields, regions and features', async () => {
    const providers = await call<object[]>('GET', '/v1/resources/providers');
    expect(providers).toContainEqual({
      key: 'clockify',
      name: 'Clockify',
      credential_fields: [
        { name: 'api_key', required: true, secret: true },
        { name: 'workspace_id', required: false, secret: false },
      ],
      setting_fields: [{ name: 'workspace_id' }, { name: 'scope', values: ['user', 'workspace'] }],
      regions: ['global', 'euc1', 'use2', 'euw2', 'apse2'],
      features: ['logs', 'timer', 'team'],
      complete_when: expect.stringContaining('start') as string,
    });
  });

  it('takes a log with its tags there, changes and removes it', async () => {
    const integrationId = (await integrations())[0]!.id;
    const start = unix(NOW) - 7200;
    const body = { integration_id: integrationId, task: 'Deep work', start, end: start + 3600, tags: ['focus'] };
    const { id } = await call<Item>('POST', '/v1/resources/logs', body);
    await deliver();
    const log = await call<Item>('GET', `/v1/resources/logs/${id}`);
    expect(log.sync.state).toBe('synced');
    const entry = clockify.entry(log.external_id)!;
    const tag = clockify.model.findTag(user.defaultWorkspaceId, 'focus')!;
    expect(entry).toMatchObject({ description: 'Deep work', start: start * 1000, tagIds: [tag.id] });
    await call('PUT', `/v1/resources/logs/${id}`, { task: 'Shallow work' });
    await deliver();
    expect(entry).toMatchObject({ description: 'Shallow work', tagIds: [tag.id], end: (start + 3600) * 1000 });
    await fetch(`${app.url}/v1/resources/logs/${id}`, { method: 'DELETE', headers: { cookie } });
    await deliver();
    expect(entry.isDeleted).toBe(true);
  });

  it('starts and stops a timer there', async () => {
    const integrationId = (await integrations())[0]!.id;
    const started = await call<Item>('POST', '/v1/rpc/timer/start', { integration_id: integrationId, task: 'Running' });
    await deliver();
    const { external_id: externalId } = await call<Item>('GET', `/v1/resources/logs/${started.id}`);
    expect(clockify.entry(externalId)).toMatchObject({ end: null, description: 'Running' });
    clock.advance(HOUR);
    await call('POST', '/v1/rpc/timer/stop', {});
    await deliver();
    expect(clockify.entry(externalId)).toMatchObject({ end: NOW.getTime() + HOUR });
  });

  it('logs every call at debug level, without ids and without the key', () => {
    const lines = app.logLines.filter((line) => line.includes('"Calls"'));
    const { host } = new URL(clockify.url);
    expect(lines.join('\n')).toContain(`POST ${host}/api/v1/workspaces/:id/time-entries 201 in `);
    expect(lines.length).toBe(clockify.calls.length);
    expect(app.logLines.join('\n')).not.toContain(user.apiKey);
  });

  it('needs ids of workspaces that can be some', () => {
    expect(() => readConfig({ CLOCKIFY_WORKSPACE_ID: 'mine,yours' })).toThrow(/CLOCKIFY_WORKSPACE_ID must be/);
    expect(readConfig({ CLOCKIFY_WORKSPACE_ID: '64a687e29ae1f428e7ebe303' }).clockifyWorkspaceIds).toHaveLength(1);
  });
});
