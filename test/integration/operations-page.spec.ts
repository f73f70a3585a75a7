import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HealthModule } from '../../src/health/health.module.js';
import { startTestApp, type TestApp } from '../support/app.js';

const page = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/OPERATIONS.md'), 'utf8');
const named = new Set([...page.matchAll(/`(timesheet_[a-z_]+)/g)].map((match) => match[1]!));

const [meanings, alerts] = page.split('### When an alert fires') as [string, string];
/** Those of the table that explains them. */
const explained = [...meanings.matchAll(/^\| `(timesheet_[a-z_]+)`/gm)].map((match) => match[1]!);

describe('the page for operators', () => {
  let app: TestApp;
  let shown: string[];

  beforeAll(async () => {
    app = await startTestApp({ imports: [HealthModule] });
    const text = await (await fetch(`${app.url}/metrics`)).text();
    shown = [...text.matchAll(/^# TYPE (timesheet_\S+) /gm)].map((match) => match[1]!);
  });

  afterAll(() => app.close());

  it('explains every figure of ours that /metrics shows, and no other', () => {
    expect(shown.length).toBeGreaterThan(5);
    expect(explained.toSorted()).toEqual(shown.toSorted());
  });

  it('names no figure that is not there', () => {
    const known = new Set(shown);
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
  });

  it('says what to do for each figure that waits or fails', () => {
    const wanted = shown.filter((name) => name !== 'timesheet_http_request_duration_seconds');
    expect(wanted.filter((name) => !alerts.includes(name))).toEqual([]);
  });
});
