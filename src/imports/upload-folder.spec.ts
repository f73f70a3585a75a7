import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config/env.js';
import { UploadFolder } from './upload-folder.js';

const UUID = /^[0-9a-f-]{36}$/;

describe('the folder of uploads', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'timesheet-uploads-'));
  });

  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const folder = () => new UploadFolder(readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir }));

  it('has one name for all that share it, and leaves nothing beside it', () => {
    const { home } = folder();
    expect(home).toMatch(UUID);
    expect(folder().home).toBe(home);
    expect(readdirSync(path.join(dataDir, 'imports'))).toEqual(['home']);
  });

  it('is never seen without its whole name, not even while somebody sweeps it', async () => {
    const first = folder();
    const { home } = first;
    const file = path.join(dataDir, 'imports', 'home');
    const over = new Int32Array(new SharedArrayBuffer(4));
    const watcher = new Worker(
      `const { statSync } = require('node:fs'), { parentPort, workerData } = require('node:worker_threads');
       const { file, over } = workerData;
       let shortest = Infinity;
       const look = () => {
         for (let i = 0; i < 200; i += 1) shortest = Math.min(shortest, statSync(file).size);
         if (Atomics.load(over, 0) === 1) parentPort.postMessage(shortest); else setImmediate(look);
       };
       parentPort.postMessage('ready'); look();`,
      { eval: true, workerData: { file, over } },
    );
    await new Promise((resolve) => watcher.once('message', resolve));
    for (let sweep = 0; sweep < 300; sweep += 1) await first.sweep(new Set());
    const shortest = new Promise((resolve) => watcher.once('message', resolve));
    Atomics.store(over, 0, 1);
    expect(await shortest).toBe(statSync(file).size);
    expect(folder().home).toBe(home);
    await watcher.terminate();
  });
});
