import type { Command } from './command.js';
import { withRuntime } from './context.js';

export const MIGRATE: Command = {
  words: 'migrate',
  summary: 'brings the database up to date, as every start does',
  parameters: [],
  options: {},
  async run({ env, terminal }) {
    await withRuntime(env, () => Promise.resolve());
    terminal.write('The database is up to date.');
  },
};
