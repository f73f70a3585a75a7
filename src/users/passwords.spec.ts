import { describe, expect, it } from 'vitest';
import { hashPassword, isPasswordRight } from './passwords.js';

describe('passwords', () => {
  it('are stored as argon2id with 19 MiB, two passes and one lane', async () => {
    expect(await hashPassword('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('open with the same text only, to the last byte', async () => {
    const long = 'x'.repeat(100);
    const stored = await hashPassword(`${long}1`);
    expect(await isPasswordRight(`${long}1`, stored)).toBe(true);
    expect(await isPasswordRight(`${long}2`, stored)).toBe(false);
  });

  it('open in either Unicode form of the same text', async () => {
    const stored = await hashPassword('contraseña');
    expect(await isPasswordRight('contraseña'.normalize('NFD'), stored)).toBe(true);
  });

  it('are wrong for nobody, after the same work', async () => {
    const stored = await hashPassword('correct horse');
    const measure = async (passwordHash: string | null) => {
      const start = performance.now();
      for (let round = 0; round < 10; round++) expect(await isPasswordRight('wrong horse', passwordHash)).toBe(false);
      return performance.now() - start;
    };
    await measure(stored);
    const known = await measure(stored);
    const unknown = await measure(null);
    expect(unknown).toBeGreaterThan(known / 3);
    expect(unknown).toBeLessThan(known * 3);
  });
});
