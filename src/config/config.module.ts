import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock, SystemClock, type ClockShift } from '../common/clock.js';
import type { Config } from './env.js';
import { KeyRing } from './key-ring.js';
import type { Secrets } from './secrets.js';
import { CONFIG, SECRETS } from './tokens.js';

const shiftOf = ({ testControl }: Config): ClockShift => ({
  offsetMilliseconds: testControl.clockOffsetMilliseconds,
  fasterSince: testControl.clockFasterSince,
});

/** What the environment said, for whoever injects `CONFIG`, `SECRETS`, `KeyRing` or `Clock`. */
@Global()
@Module({})
export class ConfigModule {
  static forValues(config: Config, secrets: Secrets, clock?: Clock): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: SECRETS, useValue: secrets },
        { provide: KeyRing, useValue: new KeyRing(secrets.encryptionKeys) },
        {
          provide: Clock,
          useValue: clock ?? new SystemClock(shiftOf(config)),
        },
      ],
      exports: [CONFIG, SECRETS, KeyRing, Clock],
    };
  }
}
