import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { delivery, nextId } from '../support/webhooks.js';

describe('replay on the command line', () => {
  let world: DeliveryWorld;

  beforeAll(async () => {
    world = await DeliveryWorld.open();
  });

  afterAll(() => world.close());

  async function run(...argv: string[]) {
    const [out, complaints]: [string[], string[]] = [[], []];
    const { config, secrets, databaseUrl } = world.app;
    const code = await runCli(['replay', ...argv], COMMANDS, {
      env: {
        NODE_ENV: 'test',
        DATABASE_URL: databaseUrl,
        DATA_DIR: config.dataDir,
        ENCRYPTION_KEYS: secrets.encryptionKeys.reveal(),
      },
      terminal: {
        write: (text) => void out.push(text),
        complain: (text) => void complaints.push(text),
        isInteractive: false,
        askHidden: () => Promise.reject(new Error('nobody is asked')),
      },
    });
    return { code, out: out.join('\n'), complaints: complaints.join('\n') };
  }

  it.each([
    [[], 'Say which'],
    [['--ids', '1,x'], '--ids must be'],
    [['--status', 'lost'], '--status must be'],
    [['--from', 'yesterday'], '--from must be'],
    [['--verify', '--status', 'dead'], 'not --status'],
    [['--status', 'dead', '--scratch', 'postgres://x/y'], '--scratch goes with'],
  ])('wants to be called rightly: %j', async (argv, complaint) => {
    const { code, complaints } = await run(...argv);
    expect([code, complaints.includes(complaint)]).toEqual([2, true]);
  });

  it('has what was given up tried again by the running app', async () => {
    const { delivery: id } = await world.send('manual', delivery());
    await world.app.database.execute(`update deliveries set state = 'dead' where id = $1`, [id]);
    const { code, out } = await run('--ids', String(id));
    expect([code, out]).toEqual([0, '1 delivery is tried again by the running app.']);
    expect(await world.work()).toBeGreaterThan(0);
    expect((await run('--ids', String(id))).out).toContain('1 were left alone');
  });

  it('--verify ends with 0 and both hashes alike, or with 1 and what differs', async () => {
    const id = nextId();
    await world.send('manual', delivery({ id }));
    await world.work();
    const sound = await run('--verify');
    expect([sound.code, sound.complaints]).toEqual([0, '']);
    const hashes = [...sound.out.matchAll(/: +([0-9a-f]{64})/g)].map((match) => match[1]);
    expect(hashes).toHaveLength(2);
    expect(hashes[0]).toBe(hashes[1]);
    await world.app.database.execute(`update time_entries set description = 'Holiday' where external_id = $1`, [id]);
    const altered = await run('--verify');
    expect(altered.code).toBe(1);
    expect(altered.complaints).toContain(`${id}: description is "Holiday", made again "Planning"`);
    expect(altered.complaints).toContain('1 sessions are not what they were made of.');
  });
});
