import { parseArgs } from 'node:util';
import { messageOf } from '../common/errors.js';
import { redact } from '../common/secret.js';
import { UsageError, type Command } from './command.js';
import type { Terminal } from './terminal.js';

const PROGRAM = 'npm run cli --';

/** Exit codes: done, it failed, it was called wrongly. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/**
 * Finds the command that the arguments name and runs it.
 * @param argv what follows the program
 * @returns the exit code; everything that goes wrong is told in one line, without a stack
 */
export async function runCli(
  argv: readonly string[],
  commands: readonly Command[],
  { env, terminal }: { env: NodeJS.ProcessEnv; terminal: Terminal },
): Promise<number> {
  if (argv.length === 0 || isHelp(argv[0]!)) {
    terminal.write(overview(commands));
    return argv.length === 0 ? EXIT.usage : EXIT.done;
  }
  const command = commands.find(({ words }) => words.split(' ').every((word, index) => argv[index] === word));
  if (command === undefined) {
    terminal.complain(`There is no such command.\n\n${overview(commands)}`);
    return EXIT.usage;
  }
  const rest = argv.slice(command.words.split(' ').length);
  if (rest.some(isHelp)) {
    terminal.write(usage(command));
    return EXIT.done;
  }
  try {
    await command.run({ ...parse(command, rest), env, terminal });
    return EXIT.done;
  } catch (error) {
    return explain(error, command, terminal);
  }
}

const isHelp = (argument: string): boolean => argument === '--help' || argument === '-h' || argument === 'help';

function parse(command: Command, argv: string[]) {
  try {
    const { positionals, values } = parseArgs({ args: argv, options: command.options, allowPositionals: true });
    if (positionals.length !== command.parameters.length) {
      throw new UsageError(`Expected ${command.parameters.map((name) => `<${name}>`).join(' ') || 'no arguments'}.`);
    }
    return { parameters: positionals, options: values as Record<string, string | boolean | undefined> };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(messageOf(error));
  }
}

function explain(error: unknown, command: Command, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.complain(`${error.message}\n\n${usage(command)}`);
    return EXIT.usage;
  }
  terminal.complain(redact(messageOf(error)));
  return EXIT.failed;
}

const callOf = ({ words, parameters }: Command): string => [words, ...parameters.map((name) => `<${name}>`)].join(' ');

function usage(command: Command): string {
  const { help = [] } = command;
  const lines = [`Usage: ${PROGRAM} ${callOf(command)}${help.length > 0 ? ' [options]' : ''}`, `  ${command.summary}`];
  return [...lines, ...(help.length > 0 ? ['', ...help.map((line) => `  ${line}`)] : [])].join('\n');
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => callOf(command).length));
  const lines = commands.map((command) => `  ${callOf(command).padEnd(width)}   ${command.summary}`);
  return [`Usage: ${PROGRAM} <command>`, '', ...lines, '', `More about one: ${PROGRAM} <command> --help`].join('\n');
}
