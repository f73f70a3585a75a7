import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** The framework tells of every module and route while it starts: hundreds of lines nobody reads. */
const CHATTER = new Set<unknown>(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);

/** What `new Logger(…)` of the framework writes through, as JSON lines like everything else. */
@Injectable()
export class AppLogger extends Logger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (CHATTER.has(rest.at(-1))) this.debug(message, ...rest);
    else super.log(message, ...(rest as []));
  }
}
