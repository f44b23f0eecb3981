import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type NotificationType = 'sms' | 'letter' | 'email';
export type NotificationStatus =
  'created' | 'delivered' | 'received' | 'temporary-failure' | 'permanent-failure' | 'technical-failure';

/** One text, letter or e-mail as it was taken in. */
export interface Notification {
  readonly id: string;
  readonly type: NotificationType;
  readonly reference: string | null;
  /** The number or e-mail address; for a letter its lines. */
  readonly to: readonly string[];
  readonly subject: string | null;
  readonly body: string;
  readonly templateId: string;
  /** ISO. */
  readonly createdAt: string;
  status: NotificationStatus;
  completedAt: string | null;
}

export interface NotificationQuery {
  /** Part of a number or of an address line, in any case. */
  readonly to?: string;
  readonly type?: string;
  readonly reference?: string;
  readonly status?: string;
  readonly since?: string;
  readonly limit?: number;
  readonly offset?: number;
}

/**
 * Every notification taken in, one line of `notifications.ndjson` each, and another when its status changes. It counts
 * once its line is written, so a kill leaves either all of it or nothing.
 */
export class NotifyBox {
  private readonly file: string;
  private readonly kept = new Map<string, Notification>();

  constructor(folder: string) {
    this.file = join(folder, 'notifications.ndjson');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(this.file)) return;
    const lines = readFileSync(this.file, 'utf8').split('\n');
    for (const line of lines) {
      const notification = readLine(line);
      if (notification) this.kept.set(notification.id, notification);
    }
    // A line cut short by a kill is closed, so that the next one starts on its own.
    if (lines.at(-1) !== '') appendFileSync(this.file, '\n');
  }

  take(notification: Notification): void {
    appendFileSync(this.file, `${JSON.stringify(notification)}\n`, { mode: 0o600 });
    this.kept.set(notification.id, notification);
  }

  find(id: string): Notification | null {
    return this.kept.get(id) ?? null;
  }

  /** Newest first. */
  list(query: NotificationQuery): { total: number; items: Notification[] } {
    const { to = '', type, reference, status, since = '', limit = 50, offset = 0 } = query;
    const part = to.trim().toLowerCase();
    const from = since ? Date.parse(since) : 0;
    const found = [...this.kept.values()].filter(
      (one) =>
        (!part || one.to.some((line) => line.toLowerCase().includes(part))) &&
        (!type || one.type === type) &&
        (!reference || one.reference === reference) &&
        (!status || one.status === status) &&
        Date.parse(one.createdAt) >= from,
    );
    const start = Math.max(0, found.length - offset - limit);
    return { total: found.length, items: found.slice(start, Math.max(0, found.length - offset)).reverse() };
  }
}

function readLine(line: string): Notification | null {
  try {
    return JSON.parse(line) as Notification;
  } catch {
    return null;
  }
}
