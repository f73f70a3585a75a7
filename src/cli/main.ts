import 'reflect-metadata';
import { loadEnvironment } from '../config/env.js';
import { COMMANDS } from './commands.js';
import { runCli } from './run-cli.js';
import { systemTerminal } from './terminal.js';

process.exitCode = await runCli(process.argv.slice(2), COMMANDS, {
  env: loadEnvironment(),
  terminal: systemTerminal(),
});
