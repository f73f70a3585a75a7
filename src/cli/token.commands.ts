import { AuthModule } from '../auth/auth.module.js';
import { TokensService } from '../auth/tokens.service.js';
import { notFound } from '../common/errors.js';
import { UsersService } from '../users/users.service.js';
import { UsageError, type Command } from './command.js';
import { withServices } from './context.js';

const MAX_NAME = 100;

export const TOKEN_CREATE: Command = {
  words: 'token create',
  summary: 'makes a token of a user and prints it, this once',
  parameters: ['username'],
  options: { name: { type: 'string', default: 'command line' } },
  help: ['--name <text>       what it is for (default: command line)'],
  async run({ parameters: [username = ''], options, env, terminal }) {
    const name = String(options.name);
    if (name === '' || name.length > MAX_NAME) throw new UsageError(`--name must have 1 to ${MAX_NAME} characters`);
    const token = await withServices(env, [AuthModule], async (services) => {
      const user = await services.get(UsersService, { strict: false }).findByUsername(username);
      if (!user?.isEnabled) throw notFound('USER.NOT_FOUND', `There is no enabled user ${username}.`);
      return (await services.get(TokensService).create(user.id, name)).token;
    });
    // Alone on its line, so that `TOKEN=$(npm run --silent cli -- token create ana)` works.
    terminal.write(token);
  },
};
