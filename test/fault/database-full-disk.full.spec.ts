import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryDriver } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually } from '../support/oracle.js';
import { OwnPostgres } from '../support/own-postgres.js';

const MEGABYTE = 1024 * 1024;
const DISK_MEGABYTES = 200;
const REFUSALS = 50;

const disk = fs.mkdtempSync(path.join(os.tmpdir(), 'timesheet-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m,mode=0755`, 'tmpfs', disk]);
const isMounted = mounted.status === 0;

describe('a database whose disk is full', () => {
  let postgres: OwnPostgres;
  let faults: DeliveryFaults;

  beforeAll(() => {
    if (!isMounted) console.warn(`No disk of its own can be mounted here: ${String(mounted.stderr).trim()}`);
  });

  afterAll(() => {
    if (isMounted) spawnSync('umount', ['-l', disk]);
    fs.rmSync(disk, { recursive: true, force: true });
  });

  beforeEach(async () => {
    if (!isMounted) return;
    postgres = await OwnPostgres.create(path.join(disk, 'postgres'));
    faults = await DeliveryFaults.open({ testDatabase: postgres.database });
  });

  afterEach(async () => {
    if (isMounted) await faults.close();
  });

  const filler = path.join(disk, 'filler');

  function fillUp(): void {
    const file = fs.openSync(filler, 'w');
    let piece = Buffer.alloc(MEGABYTE);
    while (piece.length > 0) {
      try {
        fs.writeSync(file, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        piece = piece.subarray(0, Math.floor(piece.length / 2));
      }
    }
    fs.closeSync(file);
  }

  it.skipIf(!isMounted)(
    'is told with 503; what was taken is kept and worked off once there is room',
    async () => {
      const app = await faults.start();
      const driver = new DeliveryDriver(() => app.url);
      const driven = driver.drive(10);
      await eventually('it takes deliveries', 30, () => driver.acked.length >= 200);
      fillUp();
      await eventually('it is full', 60, () => driver.refusals.length >= REFUSALS);
      expect(app.isRunning()).toBe(true);
      const taken = driver.acked.length;
      fs.rmSync(filler);
      await eventually('it takes deliveries again', 60, () => driver.acked.length >= taken + 200);
      driver.stop();
      await driven;
      console.log(`${driver.acked.length} deliveries, ${driver.refusals.length} refused, ${driver.broken} broken`);
      expect(new Set(driver.refusals.map(({ status }) => status))).toEqual(new Set([503]));
      expect(driver.refusals.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
      expect(driver.broken).toBe(0);
      expect(app.isRunning()).toBe(true);
      await faults.settle(120);
      await faults.expectTold(driver);
    },
    300_000,
  );
});
