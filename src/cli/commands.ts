import { AFTER_RESTORE, BACKUP, RESTORE } from './backup.commands.js';
import type { Command } from './command.js';
import { IMPORT } from './import.command.js';
import { MAIL_REDRIVE, MAIL_TEST } from './mail.commands.js';
import { MIGRATE } from './migrate.command.js';
import { PUSH_REDRIVE } from './push.commands.js';
import { RECONCILE } from './reconcile.command.js';
import { REPLAY } from './replay.command.js';
import { ROTATE_KEYS } from './rotate-keys.command.js';
import { SYNC } from './sync.command.js';
import { TIMER_CURRENT, TIMER_START, TIMER_STOP } from './timer.commands.js';
import { TOKEN_CREATE } from './token.commands.js';
import { USER_ADD, USER_LIST } from './user.commands.js';
import { WEBHOOK_LIST, WEBHOOK_REGISTER } from './webhook.commands.js';
import { VERIFY_BINNACLE } from './verify-binnacle.command.js';

/** Everything the command line can do, in the order in which it is shown. */
export const COMMANDS: readonly Command[] = [
  USER_ADD,
  USER_LIST,
  TOKEN_CREATE,
  TIMER_START,
  TIMER_STOP,
  TIMER_CURRENT,
  PUSH_REDRIVE,
  MAIL_TEST,
  MAIL_REDRIVE,
  RECONCILE,
  SYNC,
  IMPORT,
  REPLAY,
  VERIFY_BINNACLE,
  WEBHOOK_REGISTER,
  WEBHOOK_LIST,
  ROTATE_KEYS,
  MIGRATE,
  BACKUP,
  RESTORE,
  AFTER_RESTORE,
];
