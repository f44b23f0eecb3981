import { Injectable, type LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { Settings } from '#platform/config';

/** The process's log, as lines of JSON. Ids, routes and codes only: never an address with its query, a body or a name. */
@Injectable()
export class Log {
  private readonly root: Logger;

  constructor(settings: Settings) {
    this.root = pino({
      level: settings.get('LOG_LEVEL'),
      base: { process: 'api' },
      timestamp: pino.stdTimeFunctions.isoTime,
    });
  }

  for(part: string): Logger {
    return this.root.child({ part });
  }
}

/** Nest's own messages, in the same log. */
export class NestLog implements LoggerService {
  private readonly lines: Logger;

  constructor(log: Log) {
    this.lines = log.for('nest');
  }

  // Nest tells of every route it maps, which is only for somebody who looks for a fault.
  log(message: unknown): void {
    this.lines.debug(String(message));
  }

  warn(message: unknown): void {
    this.lines.warn(String(message));
  }

  error(message: unknown): void {
    this.lines.error(message instanceof Error ? message.name : String(message));
  }
}
