import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ImportWorker } from '../../src/imports/import-worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { healthDocument, RUN } from '../support/health-export.js';
import { addPerson, type Person } from '../support/people.js';
import { zip } from '../support/zip.js';

const MB = 1024 * 1024;

let app: TestApp;
let ana: Person;

beforeAll(async () => {
  app = await startTestApp({ env: { IMPORT_MAX_BYTES: String(12 * MB) } });
  ana = await addPerson(app, 'ana');
});

afterAll(() => app.close());

const uploads = (): string[] =>
  readdirSync(path.join(app.config.dataDir, 'imports')).filter((name) => name.endsWith('.upload'));

/** Whatever is sent: the process lives, nothing lies around, nothing was written. */
afterEach(async () => {
  await expect.poll(() => uploads()).toEqual([]);
  expect(existsSync('/tmp/timesheet-slip.xml')).toBe(false);
  expect((await fetch(`${app.url}/health`)).status).toBe(200);
});

type Body = string | FormData;

interface Answer {
  status: number;
  code?: string;
  message?: string;
  id?: number;
}

async function post(body: Body, contentType?: string): Promise<Answer> {
  const headers = { ...ana.bearer, ...(contentType === undefined ? {} : { 'content-type': contentType }) };
  const answer = await fetch(`${app.url}/v1/resources/imports`, { method: 'POST', headers, body });
  const { code, message, result } = (await answer.json()) as Answer & { result?: { id: number } };
  return { status: answer.status, code, message, id: result?.id };
}

function form(content: Buffer | string, fields: Record<string, string> = { kind: 'apple_health' }): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  made.set('file', new Blob([new Uint8Array(Buffer.from(content))]), 'export.zip');
  return made;
}

const GOOD = { name: 'apple_health_export/export.xml', content: healthDocument(RUN) };
const BOMB = {
  name: 'export.xml',
  content: Buffer.concat([Buffer.from(healthDocument()), Buffer.alloc(300 * MB, 0x20)]),
};
const whole = zip([GOOD]);

describe('an archive that is made to do harm', () => {
  it.each([
    ['a bomb', () => zip([BOMB]), /200 times its size/],
    ['a bomb beside the export', () => zip([GOOD, { ...BOMB, name: 'bomb.bin' }]), /200 times its size/],
    [
      'a size beyond all bounds',
      () => zip([{ ...GOOD, declaredSize: 0xfffffff0 }]),
      /damaged or unsafe|times its size/,
    ],
    ['a path out of its folder', () => zip([GOOD, { name: '../../tmp/timesheet-slip.xml', content: 'x' }]), /unsafe/],
    ['an absolute path', () => zip([{ ...GOOD, name: '/tmp/timesheet-slip.xml' }]), /unsafe/],
    ['a drive letter', () => zip([{ ...GOOD, name: 'C:\\timesheet-slip.xml' }]), /unsafe/],
    ['a NUL in a name', () => zip([{ ...GOOD, name: 'export.xml\0.txt' }]), /impossible name/],
    ['a symbolic link', () => zip([{ ...GOOD, content: '/etc/passwd', unixMode: 0o120777 }]), /symbolic link/],
    ['two files of one name', () => zip([GOOD, GOOD]), /two files of one name/],
    ['files that overlap', () => zip([GOOD, { ...GOOD, name: 'other.xml', overlaps: true }]), /overlap/],
    ['encryption', () => zip([{ ...GOOD, flags: 0x801 }]), /encrypted/],
    ['its end cut off', () => whole.subarray(0, whole.length - 10), /no whole ZIP/],
    ['its beginning cut off', () => Buffer.concat([whole.subarray(0, 4), whole.subarray(40)]), /ZIP/],
    ['another file before it', () => Buffer.concat([Buffer.from('GIF89a'), whole]), /not text/],
    ['nothing of health', () => zip([{ name: 'readme.txt', content: 'hello' }]), /no Apple Health export/],
    ['an archive in it', () => zip([{ name: 'export.zip', content: whole }]), /no Apple Health export/],
    ['nothing in it', () => zip([]), /not text/],
    ['another kind of document', () => zip([{ name: 'export.xml', content: '<html/>' }]), /no HealthData/],
    ['entities', () => healthDocument(RUN).replace('<!ELEMENT', '<!ENTITY a "b"><!ELEMENT'), /entities/],
    ['a picture', () => Buffer.from('89504e470d0a1a0a', 'hex'), /no Apple Health export/],
  ])('is refused, with %s', async (_name, make, message) => {
    const answer = await post(form(make()));
    expect(answer).toMatchObject({ status: 422, code: 'IMPORT.UNREADABLE', message: expect.stringMatching(message) });
  });

  it('is refused for the number of its files before they are looked at', async () => {
    const end = zip([{ name: 'a', content: '' }]);
    end.writeUInt16LE(50_001, end.length - 12);
    end.writeUInt16LE(50_001, end.length - 14);
    expect(await post(form(end))).toMatchObject({ status: 422, message: expect.stringContaining('50001 files') });
  });

  it('is found out while it is read where it lies about its sizes', async () => {
    const lying = zip([
      { ...GOOD, content: healthDocument(...Array.from({ length: 5000 }, () => RUN)), declaredSize: 900_000 },
    ]);
    const answer = await post(form(lying));
    expect(answer.status).toBe(202);
    await app.get(ImportWorker).readDue();
    const state = await fetch(`${app.url}/v1/resources/imports?id=${answer.id}`, { headers: ana.bearer });
    expect(await state.json()).toMatchObject({
      result: { state: 'failed', error: expect.stringContaining('lies about') },
    });
  });
});

describe('a form that is none', () => {
  const boundary = 'multipart/form-data; boundary=b';
  const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
  const kind = part('Content-Disposition: form-data; name="kind"', 'apple_health');
  const file = part('Content-Disposition: form-data; name="file"; filename="e.xml"', healthDocument(RUN));

  it.each<[string, () => Body, string | undefined, number]>([
    ['JSON', () => '{"kind":"apple_health"}', 'application/json', 415],
    ['JSON nested deeply', () => '['.repeat(10_000), 'application/json', 400],
    ['no boundary', () => kind, 'multipart/form-data', 415],
    ['an empty boundary', () => kind, 'multipart/form-data; boundary=', 400],
    ['another boundary', () => `${kind}${file}--b--`, 'multipart/form-data; boundary=c', 400],
    ['nothing at all', () => '', boundary, 400],
    ['no end', () => `${kind}${file}`, boundary, 400],
    ['no file', () => `${kind}--b--\r\n`, boundary, 400],
    ['no kind', () => `${file}--b--\r\n`, boundary, 400],
    ['an empty file', () => form(''), undefined, 422],
    ['two files', () => `${kind}${file}${file}--b--\r\n`, boundary, 400],
    [
      'a file under another name',
      () => `${kind}${file.replace('name="file"', 'name="upload"')}--b--\r\n`,
      boundary,
      400,
    ],
    ['a field twice', () => `${kind}${kind}${file}--b--\r\n`, boundary, 400],
    ['an unknown field', () => form('x', { kind: 'apple_health', __proto__x: 'y' }), undefined, 400],
    [
      'a field nested deeply',
      () => `${kind.replace('"kind"', `"kind${'[a]'.repeat(10_000)}"`)}${file}--b--\r\n`,
      boundary,
      400,
    ],
    ['a thousand parts', () => `${kind.repeat(1000)}--b--\r\n`, boundary, 400],
    ['a kind as long as a book', () => form('x', { kind: 'a'.repeat(100_000) }), undefined, 400],
    ['an unknown kind', () => form('x', { kind: 'apple_watch' }), undefined, 400],
    ['an integration of nobody', () => form('x', { kind: 'timeorg', integration_id: '999999' }), undefined, 404],
    ['more than is taken', () => form(Buffer.alloc(13 * MB)), undefined, 413],
  ])('is refused, with %s', async (_name, make, contentType, status) => {
    expect((await post(make(), contentType)).status).toBe(status);
  });

  it('is refused before its body for whoever is not known', async () => {
    const answer = await fetch(`${app.url}/v1/resources/imports`, { method: 'POST', body: form('x') });
    expect(answer.status).toBe(401);
    expect(uploads()).toEqual([]);
  });

  it('leaves nothing behind when its sender goes away', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    const text = `${kind}${file}`;
    socket.write(
      `POST /v1/resources/imports HTTP/1.1\r\nHost: x\r\nAuthorization: ${ana.bearer.authorization}\r\n` +
        `Content-Type: ${boundary}\r\nContent-Length: ${text.length + 5000}\r\n\r\n${text}`,
    );
    await expect.poll(() => uploads().length).toBe(1);
    socket.destroy();
    await expect.poll(() => uploads()).toEqual([]);
  });

  it('of another route is refused', async () => {
    const answer = await fetch(`${app.url}/v1/resources/logs`, {
      method: 'POST',
      headers: ana.bearer,
      body: form('x'),
    });
    expect(answer.status).toBe(415);
  });
});
