import { describe, expect, it } from 'vitest';
import { Secret } from '../common/secret.js';
import { KeyRing } from '../config/key-ring.js';
import { KnownDevices } from './known-devices.js';

const key = (id: string, fill: number) => `${id}:${Buffer.alloc(32, fill).toString('base64')}`;
const devicesWith = (...keys: string[]) => new KnownDevices(new KeyRing(new Secret(keys.join(','))));

describe('known devices', () => {
  const devices = devicesWith(key('k1', 1));

  it('are recognised, and told apart', () => {
    const [phone, laptop] = [devices.issue(7), devices.issue(7)];
    expect(devices.nonceOf(phone, 7)).toMatch(/^[\w-]{16}$/);
    expect(devices.nonceOf(laptop, 7)).not.toBe(devices.nonceOf(phone, 7));
  });

  it('belong to one user', () => {
    const mark = devices.issue(7);
    expect(devices.nonceOf(mark, 8)).toBeNull();
    expect(devices.nonceOf(mark.replace(/^7/, '8'), 8)).toBeNull();
  });

  it.each(['', '7', '7.x.y', '7..', 'x'.repeat(10_000)])('are not made by hand: %.20s', (value) => {
    expect(devices.nonceOf(value, 7)).toBeNull();
  });

  it('stay known while the key they were signed with is in the ring, and no longer', () => {
    const mark = devices.issue(7);
    expect(devicesWith(key('k2', 2), key('k1', 1)).nonceOf(mark, 7)).not.toBeNull();
    expect(devicesWith(key('k2', 2)).nonceOf(mark, 7)).toBeNull();
  });
});
