import { Injectable, type LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { Settings } from '#platform/config';
import { Fault } from '#platform/kernel';

/** The process's log, as lines of JSON: ids and codes, never the words of an error that may quote a row. */
@Injectable()
export class Log {
  private readonly root: Logger;

  constructor(settings: Settings) {
    this.root = pino({
      level: settings.get('LOG_LEVEL'),
      base: { process: 'worker' },
      timestamp: pino.stdTimeFunctions.isoTime,
    });
  }

  for(part: string): Logger {
    return this.root.child({ part });
  }
}

/** What may be written down of an error: its kind and its code. */
export function inCode(error: unknown): { error: string; code?: string; facts?: Readonly<Record<string, string>> } {
  if (error instanceof Fault) return { error: error.name, code: error.code, facts: error.facts };
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as Error & { code?: unknown };
  return { error: error.name, ...(code !== undefined && { code: String(code) }) };
}

/** Nest's own messages, in the same log. */
export class NestLog implements LoggerService {
  private readonly lines: Logger;

  constructor(log: Log) {
    this.lines = log.for('nest');
  }

  log(message: unknown): void {
    this.lines.debug(String(message));
  }

  warn(message: unknown): void {
    this.lines.warn(String(message));
  }

  error(message: unknown): void {
    this.lines.error(message instanceof Error ? inCode(message) : String(message));
  }
}
