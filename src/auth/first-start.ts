import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Secret } from '../common/secret.js';
import type { Config } from '../config/env.js';
import type { Secrets } from '../config/secrets.js';
import { CONFIG, SECRETS } from '../config/tokens.js';
import { UsersService } from '../users/users.service.js';
import { TokensService } from './tokens.service.js';

/** What a person must be told after the start that made the first admin. */
export interface Announcement {
  adminUsername: string;
  /** Only when this very start made it up; one that was given is never shown. */
  adminPassword?: Secret;
  /** A token of the admin in clear, outside production. */
  token?: string;
}

/** Makes the first admin of an empty database, so that there is somebody who can make the others. */
@Injectable()
export class FirstStart implements OnModuleInit {
  private readonly logger = new Logger(FirstStart.name);
  private made: Announcement | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SECRETS) private readonly secrets: Secrets,
    private readonly users: UsersService,
    private readonly tokens: TokensService,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Before the others' `onApplicationBootstrap`: some of them do something for the first admin. */
  async onModuleInit(): Promise<void> {
    // The command line has no server: its first user may be the one it is about to add.
    if (this.host.httpAdapter == null || (await this.users.hasAnyLogin())) return;
    const admin = await this.users.createIfFree({
      username: this.config.adminUsername,
      password: this.secrets.adminPassword.reveal(),
      role: 'admin',
    });
    // Another replica was faster.
    if (admin === null) return;
    this.logger.log(`The first admin is ${this.config.adminUsername}`);
    const isGenerated = this.secrets.generated.includes('ADMIN_PASSWORD');
    this.made = {
      adminUsername: this.config.adminUsername,
      ...(isGenerated && { adminPassword: this.secrets.adminPassword }),
      ...(this.config.nodeEnv !== 'production' && { token: await this.makeToken(admin.id) }),
    };
  }

  /** What this start made, or `null` when the database had people already. */
  announcement(): Announcement | null {
    return this.made;
  }

  private async makeToken(userId: number): Promise<string> {
    return (await this.tokens.create(userId, 'first start')).token;
  }
}
