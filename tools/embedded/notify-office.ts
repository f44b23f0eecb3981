import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Notification, NotificationStatus, NotificationType, NotifyBox } from './notify-box.ts';

/**
 * How the office misbehaves, for tests of what happens then. `busy` answers 429, `broken` 500, `gateway` 502, `drop` cuts
 * the connection before taking the message, `drop-after` takes it and cuts the connection before saying so, `slow` waits
 * `ms` before it answers.
 */
export const NOTIFY_FAULTS = ['ok', 'busy', 'broken', 'gateway', 'drop', 'drop-after', 'slow'] as const;
export interface NotifyFault {
  readonly mode: (typeof NOTIFY_FAULTS)[number];
  readonly ms: number;
}

export interface NotifyAccount {
  /** `name-<service id>-<secret>`, as GOV.UK Notify gives them out. */
  readonly apiKey: string;
  /** Where receipts are delivered to, and what is shown there. */
  readonly callbackUrl: string;
  readonly callbackToken: string;
}

/** An answer as GOV.UK Notify words it. */
export interface NotifyAnswer {
  readonly status: number;
  readonly body: object;
}

/** Thrown to answer with an error as GOV.UK Notify words it. */
export class NotifyNo extends Error {
  readonly answer: NotifyAnswer;

  constructor(status: number, error: string, message: string) {
    super(message);
    this.answer = { status, body: { status_code: status, errors: [{ error, message }] } };
  }
}

interface Template {
  readonly id: string;
  readonly type: NotificationType;
  readonly name: string;
  readonly subject: string | null;
  readonly body: string;
}

const TEMPLATES: readonly Template[] = [
  { id: '0f4e3c1a-5b1d-4c56-9d2e-1a2b3c4d5e01', type: 'sms', name: 'Fairway', subject: null, body: '((message))' },
  {
    id: '0f4e3c1a-5b1d-4c56-9d2e-1a2b3c4d5e02',
    type: 'letter',
    name: 'Fairway',
    subject: '((heading))',
    body: '((message))',
  },
  {
    id: '0f4e3c1a-5b1d-4c56-9d2e-1a2b3c4d5e03',
    type: 'email',
    name: 'Fairway',
    subject: '((heading))',
    body: '((message))',
  },
];

// The numbers and addresses that GOV.UK Notify's documentation names for trying out failures.
const FATES: Readonly<Record<string, NotificationStatus>> = {
  '07700900002': 'permanent-failure',
  '07700900003': 'temporary-failure',
  'perm-fail@simulator.notify': 'permanent-failure',
  'temp-fail@simulator.notify': 'temporary-failure',
};
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const POSTCODE = /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i;
const CLOCK_TOLERANCE_SECONDS = 30;
const LONGEST_TEXT = 918;
const DELIVERY_MS = 250;
const CALLBACK_TRIES = 5;

/** GOV.UK Notify's API as a client meets it. It delivers nothing, keeps everything, and sends receipts. */
export class NotifyOffice {
  private readonly box: NotifyBox;
  private readonly account: NotifyAccount;
  private readonly timers = new Set<NodeJS.Timeout>();
  private current: NotifyFault = { mode: 'ok', ms: 0 };

  constructor(box: NotifyBox, account: NotifyAccount) {
    this.box = box;
    this.account = account;
  }

  get fault(): NotifyFault {
    return this.current;
  }

  misbehave(fault: NotifyFault): void {
    this.current = fault;
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** Throws NotifyNo for a request that does not carry a right and fresh token. */
  admit(authorization: string | undefined): void {
    const [, token] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
    if (!token) throw new NotifyNo(401, 'AuthError', 'Unauthorized: authentication token must be provided');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const { alg } = readPart<{ alg?: unknown }>(header);
    const { iss, iat } = readPart<{ iss?: unknown; iat?: unknown }>(payload);
    const [serviceId, secret] = [this.account.apiKey.slice(-73, -37), this.account.apiKey.slice(-36)];
    if (alg !== 'HS256') throw new NotifyNo(403, 'AuthError', 'Invalid token: algorithm used is not HS256');
    if (iss !== serviceId) throw new NotifyNo(403, 'AuthError', 'Invalid token: service not found');
    const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest();
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new NotifyNo(403, 'AuthError', 'Invalid token: API key not found');
    }
    if (typeof iat !== 'number' || Math.abs(Date.now() / 1000 - iat) > CLOCK_TOLERANCE_SECONDS) {
      throw new NotifyNo(403, 'AuthError', 'Error: Your system clock must be accurate to within 30 seconds');
    }
  }

  templates(type: string | null): NotifyAnswer {
    const found = TEMPLATES.filter((template) => !type || template.type === type);
    return { status: 200, body: { templates: found.map(templateOf) } };
  }

  template(id: string): NotifyAnswer {
    const found = TEMPLATES.find((template) => template.id === id);
    if (!found) throw new NotifyNo(404, 'NoResultFound', 'No result found');
    return { status: 200, body: templateOf(found) };
  }

  notification(id: string): NotifyAnswer {
    if (!UUID.test(id)) throw new NotifyNo(400, 'ValidationError', 'notification_id is not a valid UUID');
    const found = this.box.find(id);
    if (!found) throw new NotifyNo(404, 'NoResultFound', 'No result found');
    return { status: 200, body: statusOf(found) };
  }

  notifications(search: URLSearchParams): NotifyAnswer {
    const { items } = this.box.list({
      type: search.get('template_type') ?? '',
      status: search.get('status') ?? '',
      reference: search.get('reference') ?? '',
      limit: 250,
    });
    return { status: 200, body: { notifications: items.map(statusOf), links: { current: '/v2/notifications' } } };
  }

  /** Takes a message in, or throws NotifyNo. Its receipt follows by itself. */
  send(type: NotificationType, written: unknown): NotifyAnswer {
    const asked = bodyOf(written);
    const template = this.templateFor(type, asked['template_id']);
    const personalisation = personalisationOf(asked['personalisation'], type);
    const { to, fate } = addressOf(type, asked, personalisation);
    const body = fill(template.body, personalisation);
    if (type === 'sms' && body.length > LONGEST_TEXT) {
      throw new NotifyNo(
        400,
        'BadRequestError',
        `Your message is too long. Text messages cannot be longer than ${LONGEST_TEXT} characters. Your message is ${body.length} characters long.`,
      );
    }
    const notification: Notification = {
      id: randomUUID(),
      type,
      reference: typeof asked['reference'] === 'string' ? asked['reference'] : null,
      to,
      subject: template.subject && fill(template.subject, personalisation),
      body,
      templateId: template.id,
      createdAt: new Date().toISOString(),
      status: 'created',
      completedAt: null,
    };
    this.box.take(notification);
    this.later(DELIVERY_MS, () => this.deliver(notification, fate));
    const { id, reference, subject } = notification;
    return {
      status: 201,
      body: {
        id,
        reference,
        content: {
          body,
          ...(type === 'sms' ? { from_number: 'Fairway' } : { subject }),
          ...(type === 'email' ? { from_email: 'fairway@notifications.service.gov.uk' } : {}),
        },
        uri: `/v2/notifications/${id}`,
        template: { id: template.id, version: 1, uri: `/v2/template/${template.id}` },
        scheduled_for: null,
      },
    };
  }

  private templateFor(type: NotificationType, id: unknown): Template {
    if (id === undefined) throw new NotifyNo(400, 'ValidationError', 'template_id is a required property');
    if (typeof id !== 'string' || !UUID.test(id)) {
      throw new NotifyNo(400, 'ValidationError', 'template_id is not a valid UUID');
    }
    const found = TEMPLATES.find((template) => template.id === id);
    if (!found) throw new NotifyNo(400, 'BadRequestError', 'Template not found');
    if (found.type !== type) {
      throw new NotifyNo(400, 'BadRequestError', `${found.type} template is not suitable for ${type} notification`);
    }
    return found;
  }

  private deliver(notification: Notification, fate: NotificationStatus): void {
    notification.status = fate;
    notification.completedAt = new Date().toISOString();
    this.box.take(notification);
    // Receipts are sent of texts and e-mails; what became of a letter has to be asked.
    if (notification.type !== 'letter') void this.callBack(notification, 1);
  }

  private async callBack(notification: Notification, attempt: number): Promise<void> {
    const { id, reference, to, status, createdAt, completedAt, type, templateId } = notification;
    const taken = await fetch(this.account.callbackUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.account.callbackToken}` },
      body: JSON.stringify({
        id,
        reference,
        to: to[0],
        status,
        created_at: createdAt,
        completed_at: completedAt,
        sent_at: createdAt,
        notification_type: type,
        template_id: templateId,
        template_version: 1,
      }),
      signal: AbortSignal.timeout(10_000),
    }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (taken || attempt >= CALLBACK_TRIES) return;
    this.later(1000 * 2 ** attempt, () => void this.callBack(notification, attempt + 1));
  }

  private later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, ms);
    this.timers.add(timer);
  }
}

function readPart<Part extends object>(part: string): Partial<Part> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Partial<Part>;
  } catch {
    throw new NotifyNo(403, 'AuthError', 'Invalid token: signature, api token is not valid');
  }
}

function bodyOf(written: unknown): Readonly<Record<string, unknown>> {
  if (typeof written === 'object' && written !== null && !Array.isArray(written)) {
    return written as Readonly<Record<string, unknown>>;
  }
  throw new NotifyNo(400, 'BadRequestError', 'Request body is not a JSON object');
}

function personalisationOf(written: unknown, type: NotificationType): Readonly<Record<string, string>> {
  if (written === undefined && type === 'letter') {
    throw new NotifyNo(400, 'ValidationError', 'personalisation is a required property');
  }
  if (typeof (written ?? {}) !== 'object') {
    throw new NotifyNo(400, 'ValidationError', 'personalisation should contain key value pairs');
  }
  return Object.fromEntries(Object.entries(written ?? {}).map(([name, value]) => [name, String(value)]));
}

function addressOf(
  type: NotificationType,
  asked: Readonly<Record<string, unknown>>,
  personalisation: Readonly<Record<string, string>>,
): { readonly to: readonly string[]; readonly fate: NotificationStatus } {
  if (type === 'letter') return { to: linesOf(personalisation), fate: 'received' };
  const field = type === 'sms' ? 'phone_number' : 'email_address';
  const to = asked[field];
  if (typeof to !== 'string') throw new NotifyNo(400, 'ValidationError', `${field} is a required property`);
  if (type === 'email') {
    if (!/^[^@\s]+@[^@\s]+$/.test(to)) {
      throw new NotifyNo(400, 'ValidationError', 'email_address Not a valid email address');
    }
    return { to: [to], fate: FATES[to] ?? 'delivered' };
  }
  const digits = to.replaceAll(/[\s().-]/g, '').replace(/^(?:\+|00)440?/, '0');
  if (!/^\+?\d+$/.test(digits)) {
    throw new NotifyNo(400, 'ValidationError', 'phone_number Must not contain letters or symbols');
  }
  if (digits.length < 11) throw new NotifyNo(400, 'ValidationError', 'phone_number Not enough digits');
  if (digits.length > 11) throw new NotifyNo(400, 'ValidationError', 'phone_number Too many digits');
  if (!digits.startsWith('07')) throw new NotifyNo(400, 'ValidationError', 'phone_number Not a UK mobile number');
  return { to: [to], fate: FATES[digits] ?? 'delivered' };
}

function linesOf(personalisation: Readonly<Record<string, string>>): readonly string[] {
  const lines = Array.from({ length: 7 }, (_, at) => personalisation[`address_line_${at + 1}`]?.trim() ?? '');
  const written = lines.filter(Boolean);
  if (written.length < 3) throw new NotifyNo(400, 'ValidationError', 'Address must be at least 3 lines');
  if (!POSTCODE.test(written.at(-1) ?? '')) {
    throw new NotifyNo(400, 'ValidationError', 'Last line of address must be a real UK postcode or another country');
  }
  return written;
}

function fill(text: string, personalisation: Readonly<Record<string, string>>): string {
  const missing = [...text.matchAll(/\(\((\w+)\)\)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !(name in personalisation));
  if (missing.length > 0) {
    throw new NotifyNo(400, 'BadRequestError', `Missing personalisation: ${missing.join(', ')}`);
  }
  return text.replaceAll(/\(\((\w+)\)\)/g, (_all, name: string) => personalisation[name] ?? '');
}

function templateOf({ id, type, name, subject, body }: Template): object {
  return {
    id,
    type,
    name,
    subject,
    body,
    version: 1,
    created_at: '2026-01-01T00:00:00.000000Z',
    updated_at: null,
    created_by: 'fairway@notifications.service.gov.uk',
    letter_contact_block: null,
    postage: type === 'letter' ? 'second' : null,
    personalisation: Object.fromEntries(
      [...`${subject ?? ''} ${body}`.matchAll(/\(\((\w+)\)\)/g)].map(([, field]) => [field, { required: true }]),
    ),
  };
}

function statusOf(one: Notification): object {
  const line = (at: number): string | null => (one.type === 'letter' ? (one.to[at] ?? null) : null);
  return {
    id: one.id,
    reference: one.reference,
    email_address: one.type === 'email' ? one.to[0] : null,
    phone_number: one.type === 'sms' ? one.to[0] : null,
    ...Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`line_${at + 1}`, line(at)])),
    postage: one.type === 'letter' ? 'second' : null,
    type: one.type,
    status: one.status,
    template: { id: one.templateId, version: 1, uri: `/v2/template/${one.templateId}` },
    body: one.body,
    subject: one.subject,
    created_at: one.createdAt,
    created_by_name: null,
    sent_at: one.createdAt,
    completed_at: one.completedAt,
    scheduled_for: null,
    is_cost_data_ready: false,
  };
}
