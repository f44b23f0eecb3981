import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

export interface Answer {
  /** 0 when nobody answered. */
  readonly status: number;
  readonly body: string;
}

const PATIENCE = 12_000;

/** Asks once. Whatever keeps an answer from coming counts as none. */
export async function ask(url: string, request: RequestInit = {}, patience = PATIENCE): Promise<Answer> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(patience) });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 0, body: '' };
  }
}

export const worked = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** A "no" that asking again would not change. */
export const refused = ({ status }: Answer): boolean =>
  status >= 400 && status < 500 && status !== 401 && status !== 429;

export function read<Body>({ body }: Answer): Body {
  return JSON.parse(body) as Body;
}

/** As the product keeps it. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export const TRIGGER_SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
export const TRIGGER_SOURCE = 'hospital';

/** A webhook as a hospital sends it, signed at this instant. */
export function sendTrigger(
  api: string,
  trigger: { id: string; body: string; at: Date },
  patience?: number,
): Promise<Answer> {
  const { id, body, at } = trigger;
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(TRIGGER_SECRET).sign(id, at, body),
  };
  return ask(`${api}/api/triggers`, { method: 'POST', headers, body }, patience);
}

/** Somebody at a desk: a session of an account. */
export class User {
  constructor(
    private readonly api: string,
    readonly accountId: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  get(path: string): Promise<Answer> {
    return ask(`${this.api}${path}`, { headers: this.headers });
  }

  post(path: string, body?: unknown): Promise<Answer> {
    const headers = { ...this.headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
    return ask(`${this.api}${path}`, {
      method: 'POST',
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}

/** What a person does with a link of theirs. */
export function reply(api: string, token: string, answer: string): Promise<Answer> {
  return ask(`${api}/r/${token}`, { method: 'POST', body: new URLSearchParams({ answer }) });
}

/** What a mail program does for its unsubscribe button (RFC 8058). */
export function unsubscribe(api: string, token: string): Promise<Answer> {
  return ask(`${api}/r/${token}`, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
}
