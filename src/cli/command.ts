import type { ParseArgsOptionsConfig } from 'node:util';
import type { Terminal } from './terminal.js';

/** What a command was called with. */
export interface Call {
  /** As many as the command's `parameters`. */
  parameters: string[];
  options: Record<string, string | boolean | undefined>;
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
}

/** One thing the command line can do. To add one, write it in a file of its group and list it in `commands.ts`. */
export interface Command {
  /** The words that call it, such as `user add`. */
  words: string;
  summary: string;
  /** Names of what must follow the words. */
  parameters: readonly string[];
  /** As `parseArgs` of `node:util` takes them. */
  options: ParseArgsOptionsConfig;
  /** One line per option, for the usage text. */
  help?: readonly string[];
  /** Does it. What it throws is told to the user in one line. */
  run(call: Call): Promise<void>;
}

/** The command was called wrongly: its usage is shown, and the exit code is 2. */
export class UsageError extends Error {}
