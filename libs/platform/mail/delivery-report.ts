import { createHash } from 'node:crypto';
import { simpleParser } from 'mailparser';

/** What a mail server says became of a message it had taken (RFC 3464). */
export interface DeliveryReport {
  /** The same for every delivery of this report. */
  readonly reportId: string;
  /** Ids that the message it is about may have, each as `<left@right>`. */
  readonly messageIds: readonly string[];
  /** failed: the server has given up. delayed: it goes on trying. */
  readonly fate: 'failed' | 'delayed' | 'delivered';
  /** RFC 3463, such as 5.1.1; null when the server gave none. */
  readonly status: string | null;
}

const MESSAGE_ID = /<[^<>\s@]{1,200}@[^<>\s@]{1,200}>/g;
const QUOTED_ID = /^(?:original-)?message-id:\s*(<[^<>\s]+>)/gim;
const STATUS = /^\d\.\d{1,3}\.\d{1,3}/;

/** Reads a message as it came. Null for one that is no delivery status report. */
export async function readDeliveryReport(raw: Buffer): Promise<DeliveryReport | null> {
  const parsed = await simpleParser(raw, { keepDeliveryStatus: true, skipHtmlToText: true, skipTextToHtml: true });
  const report = parsed.attachments.find(({ contentType }) => contentType === 'message/delivery-status');
  if (!report) return null;
  const recipients = blocksOf(report.content.toString('utf8')).filter((fields) => fields.has('action'));
  const found = recipients.map((fields) => ({ fate: fateOf(fields), status: fields.get('status') ?? '' }));
  // Ours go to one person each; should a report name more, what failed counts.
  const told = found.find(({ fate }) => fate === 'failed') ?? found[0];
  if (!told?.fate) return null;
  const own = parsed.messageId ?? '';
  const named = [parsed.inReplyTo, parsed.references].flat().join(' ').match(MESSAGE_ID) ?? [];
  const quoted = [...raw.toString('latin1').matchAll(QUOTED_ID)].map(([, id = '']) => id);
  return {
    reportId: createHash('sha256')
      .update(own || raw)
      .digest('hex'),
    messageIds: [...new Set([...named, ...quoted])].filter((id) => id !== own),
    fate: told.fate,
    status: STATUS.exec(told.status)?.[0] ?? null,
  };
}

/** The groups of fields of a report, names in lower case; a line that begins with a space goes on with the one before. */
function blocksOf(text: string): readonly ReadonlyMap<string, string>[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n/)
    .map((block) => {
      const lines = block.replaceAll(/\n[ \t]+/g, ' ').split('\n');
      return new Map(
        lines.flatMap((line): [string, string][] => {
          const [, name, value] = /^([A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
          return name ? [[name.toLowerCase(), value ?? '']] : [];
        }),
      );
    });
}

const FATES: Readonly<Record<string, DeliveryReport['fate']>> = {
  failed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'delivered',
  expanded: 'delivered',
};

function fateOf(fields: ReadonlyMap<string, string>): DeliveryReport['fate'] | null {
  return FATES[fields.get('action')?.trim().toLowerCase() ?? ''] ?? null;
}
