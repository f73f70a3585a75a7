import fs from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/env.js';
import { KeyRing } from '../../src/config/key-ring.js';
import { resolveSecrets } from '../../src/config/secrets.js';

const TEXT = fs.readFileSync(path.resolve(import.meta.dirname, '../../.env.example'), 'utf8');
const LINES = TEXT.split('\n');
const VARIABLE = /^(# )?([A-Z][A-Z_]+)=(.*)$/;

/** As somebody who copies the file has it, and with every line in force. */
const AS_IT_IS = parseEnv(TEXT) as Record<string, string>;
const ALL_IN_FORCE = parseEnv(LINES.map((line) => line.replace(/^# (?=[A-Z][A-Z_]+=)/, '')).join('\n')) as Record<
  string,
  string
>;

/** Reads the configuration over an environment that notes what it is asked for. */
function namesReadWith(env: Record<string, string>): string[] {
  const names = new Set<string>();
  const asked = (name: string | symbol) => typeof name === 'string' && names.add(name);
  readConfig(
    new Proxy(env, {
      get: (target, name) => (asked(name), Reflect.get(target, name) as string | undefined),
      has: (target, name) => (asked(name), Reflect.has(target, name)),
    }),
  );
  return [...names];
}

function problemsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('.env.example', () => {
  it('names exactly the variables that are read', () => {
    const read = [...namesReadWith({}), ...namesReadWith({ DB_HOST: 'db.example.com' })];
    expect(Object.keys(ALL_IN_FORCE).sort()).toEqual([...new Set(read)].sort());
  });

  it('explains every variable in one line above it, and names none twice', () => {
    const named = LINES.flatMap((line, index) => {
      const name = VARIABLE.exec(line)?.[2];
      if (name === undefined) return [];
      expect(LINES[index - 1], name).toMatch(/^# \S/);
      expect(LINES[index - 1], name).not.toMatch(VARIABLE);
      return [name];
    });
    expect(new Set(named).size).toBe(named.length);
  });

  it('changes nothing when it is copied as it is: what it says are the defaults', () => {
    expect(readConfig(AS_IT_IS)).toEqual(readConfig({}));
  });

  it('leaves secrets and the database to the start', () => {
    const silent = /PASSWORD|SECRET|KEYS|TOKEN|^DATABASE_|^DB_|^TEST_/;
    expect(Object.keys(AS_IT_IS).filter((name) => silent.test(name))).toEqual([]);
  });

  it('is accepted with every line in force, under test', () => {
    expect(() => readConfig({ ...ALL_IN_FORCE, NODE_ENV: 'test' })).not.toThrow();
  });

  it('opens nothing in production: each of its secrets is refused by name', () => {
    const { TEST_CONTROL: _onlyUnderTest, ...env } = ALL_IN_FORCE;
    const problems = problemsOf(() => resolveSecrets(readConfig({ ...env, NODE_ENV: 'production' })));
    const webhooks = ['START', 'END', 'EDIT', 'DELETE', 'MANUAL_CREATE'].map((name) => `CLOCKIFY_SECRET_TOKEN_${name}`);
    for (const name of ['ADMIN_PASSWORD', 'SECRET_TOKEN', 'ENCRYPTION_KEYS', ...webhooks]) {
      expect(problems.join('\n')).toMatch(new RegExp(`^${name} must`, 'm'));
    }
    expect(problems.join('\n')).not.toContain('change-me');
  });

  it('opens nothing outside production either: its keys are none', () => {
    const { TEST_CONTROL: _onlyUnderTest, ...env } = ALL_IN_FORCE;
    expect(problemsOf(() => new KeyRing(readConfig(env).encryptionKeys!))).toHaveLength(1);
  });
});
