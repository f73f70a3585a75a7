import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.js';

interface Item {
  raw: Buffer;
  name: string;
}

const item = (name: string, bytes = 1): Item => ({ name, raw: Buffer.alloc(bytes) });
const LIMITS = { batchItems: 3, batchBytes: 100, batchesUnderWay: 1 };

/** Writes that end when they are told to. */
function writer() {
  const batches: { names: string[]; end: (error?: Error) => void }[] = [];
  const write = (batch: Item[]) =>
    new Promise<string[]>((resolve, reject) => {
      const names = batch.map(({ name }) => name);
      batches.push({ names, end: (error) => (error === undefined ? resolve(names) : reject(error)) });
    });
  return { batches, write };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const away = new Error('away');

const commitWith = (write: (batch: Item[]) => Promise<string[]>, limits = LIMITS) =>
  new GroupCommit<Item, string>(write, (error) => error === away, limits);

describe('a group commit', () => {
  it('writes what comes alone at once, and what comes meanwhile as one batch after it', async () => {
    const { batches, write } = writer();
    const commit = commitWith(write);
    const answers = [commit.add(item('a'))];
    await turn();
    answers.push(commit.add(item('b')), commit.add(item('c')));
    await turn();
    expect(batches.map(({ names }) => names)).toEqual([['a']]);
    batches[0]!.end();
    await turn();
    expect(batches[1]!.names).toEqual(['b', 'c']);
    batches[1]!.end();
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c']);
  });

  it('answers nobody before the write of their batch has ended', async () => {
    const { batches, write } = writer();
    let isAnswered = false;
    const answer = commitWith(write)
      .add(item('a'))
      .then(() => (isAnswered = true));
    await turn();
    expect(isAnswered).toBe(false);
    batches[0]!.end();
    await answer;
    expect(isAnswered).toBe(true);
  });

  it('makes no batch longer or larger than it may be, but takes a single large one', async () => {
    const { batches, write } = writer();
    const commit = commitWith(write);
    for (const one of [item('a'), item('b'), item('c'), item('d', 90), item('e', 20), item('f', 500)])
      void commit.add(one);
    for (let round = 0; round < 4; round += 1) {
      await turn();
      batches[round]!.end();
    }
    await turn();
    expect(batches.map(({ names }) => names.join(''))).toEqual(['abc', 'd', 'e', 'f']);
  });

  it('has as many writes under way as it may', async () => {
    const { batches, write } = writer();
    const commit = commitWith(write, { ...LIMITS, batchItems: 1, batchesUnderWay: 2 });
    for (const name of ['a', 'b', 'c']) void commit.add(item(name));
    await turn();
    expect(batches).toHaveLength(2);
  });

  it('writes the rows of a batch one by one when one of them cannot be written, and refuses only that', async () => {
    const write = (batch: Item[]) =>
      batch.some(({ name }) => name === 'bad')
        ? Promise.reject(new Error('bad'))
        : Promise.resolve(batch.map(({ name }) => name));
    const commit = commitWith(write);
    const settled = await Promise.allSettled(['a', 'bad', 'b'].map((name) => commit.add(item(name))));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('refuses everybody who waits when the server is away, and goes on when it is back', async () => {
    const { batches, write } = writer();
    const commit = commitWith(write);
    const first = commit.add(item('a'));
    await turn();
    const second = commit.add(item('b'));
    batches[0]!.end(away);
    const settled = await Promise.allSettled([first, second]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const third = commit.add(item('c'));
    await turn();
    batches[1]!.end();
    expect(await third).toBe('c');
  });
});
