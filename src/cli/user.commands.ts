import { isEmailAddress } from '../common/email-address.js';
import { randomToken } from '../common/hashing.js';
import { isPassword, isUsername, ROLES } from '../users/account-rules.js';
import type { Role } from '../users/user.entity.js';
import { UsersModule } from '../users/users.module.js';
import { UsersService } from '../users/users.service.js';
import { UsageError, type Call, type Command } from './command.js';
import { withServices } from './context.js';

const GENERATED_LENGTH = 20;

export const USER_ADD: Command = {
  words: 'user add',
  summary: 'adds a user with a login',
  parameters: ['username'],
  options: {
    password: { type: 'string' },
    role: { type: 'string' },
    name: { type: 'string' },
    email: { type: 'string' },
  },
  help: [
    '--password <text>   8 to 1024 bytes; without it you are asked, or one is made up and printed',
    `--role <role>       ${ROLES.join(', ')} (default: member)`,
    '--name <text>       how the user is shown (default: the username)',
    '--email <address>   where their mail goes',
  ],
  async run(call) {
    const user = { ...readUser(call), ...(await choosePassword(call)) };
    const { id } = await withServices(call.env, [UsersModule], (services) => services.get(UsersService).create(user));
    call.terminal.write(`User ${user.username} has the id ${id}.`);
    if (user.isGenerated) call.terminal.write(`Password: ${user.password}`);
  },
};

export const USER_LIST: Command = {
  words: 'user list',
  summary: 'lists everybody',
  parameters: [],
  options: {},
  async run({ env, terminal }) {
    await withServices(env, [UsersModule], async (services) => {
      const users = services.get(UsersService);
      terminal.write(['id', 'username', 'role', 'state', 'name'].join('\t'));
      for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
        const page = await users.list({ cursor });
        for (const { id, username, role, isEnabled, name } of page.items) {
          terminal.write([id, username ?? '-', role, isEnabled ? 'enabled' : 'disabled', name].join('\t'));
        }
        cursor = page.nextCursor;
      }
    });
  },
};

function readUser({ parameters: [username = ''], options }: Call) {
  const { role, name, email } = options as Record<string, string | undefined>;
  if (!isUsername(username)) throw new UsageError('The username must be 1 to 64 ASCII letters, digits or . _ - @ +');
  if (role !== undefined && !(ROLES as readonly string[]).includes(role)) {
    throw new UsageError(`--role must be one of ${ROLES.join(', ')}`);
  }
  if (email !== undefined && !isEmailAddress(email)) throw new UsageError('--email must be one plain email address');
  return { username, role: role as Role | undefined, name, email };
}

async function choosePassword({ options, terminal }: Call): Promise<{ password: string; isGenerated: boolean }> {
  const asked = terminal.isInteractive
    ? () => terminal.askHidden('Password (empty: make one up): ')
    : () => Promise.resolve('');
  const given = typeof options.password === 'string' ? options.password : await asked();
  if (given === '' && options.password === undefined) {
    return { password: randomToken().slice(0, GENERATED_LENGTH), isGenerated: true };
  }
  if (!isPassword(given)) throw new UsageError('The password must have 8 to 1024 bytes');
  return { password: given, isGenerated: false };
}
