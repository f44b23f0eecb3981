import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Injectable } from '@nestjs/common';
import { NotifyClient } from 'notifications-node-client';
import { Settings } from '#platform/config';
import { NotifyRefused, NotifyUnavailable, NotifyUncertain } from './notify.faults.js';

export interface NotifyText {
  /** A mobile number. */
  readonly to: string;
  readonly message: string;
  /** Ours, the same for every try of the same message; comes back with receipts. */
  readonly reference: string;
}

export interface NotifyLetter {
  /** From the name to the postcode, three to seven lines. */
  readonly address: readonly string[];
  readonly heading: string;
  readonly message: string;
  readonly reference: string;
}

/** What the service at GOV.UK Notify must have: a template of this name for texts, and one for letters. */
export const TEMPLATE_NAME = 'Fairway';

const PATIENCE_MS = 30_000;
/** Nothing was sent when the connection itself could not be made. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Texts and letters through GOV.UK Notify. The words are ours: the template there has nothing but the fields
 * ((message)) and, for a letter, ((heading)).
 */
@Injectable()
export class Notify {
  private readonly client: NotifyClient | null;
  private readonly templates = new Map<'sms' | 'letter', string>();

  constructor(settings: Settings) {
    const key = settings.get('NOTIFY_API_KEY');
    this.client = key ? clientOf(settings.get('NOTIFY_URL').replace(/\/$/, ''), key) : null;
  }

  /** False without an API key: then nobody can be reached by text or letter. */
  get isOn(): boolean {
    return this.client !== null;
  }

  /** Answers Notify's id. Throws NotifyRefused, NotifyUnavailable or NotifyUncertain. */
  async sendText({ to, message, reference }: NotifyText): Promise<string> {
    const { client, templateId } = await this.ready('sms');
    return this.sent(() => client.sendSms(templateId, to, { personalisation: { message }, reference }));
  }

  /** Answers Notify's id. Throws NotifyRefused, NotifyUnavailable or NotifyUncertain. */
  async sendLetter({ address, heading, message, reference }: NotifyLetter): Promise<string> {
    const { client, templateId } = await this.ready('letter');
    const lines = Object.fromEntries(address.map((line, at) => [`address_line_${at + 1}`, line]));
    return this.sent(() =>
      client.sendLetter(templateId, { personalisation: { ...lines, heading, message }, reference }),
    );
  }

  private async sent(ask: () => Promise<{ readonly data: { readonly id: string } }>): Promise<string> {
    try {
      return (await ask()).data.id;
    } catch (error) {
      // The template may have been replaced there since it was found.
      this.templates.clear();
      throw faultOf(error);
    }
  }

  private async ready(type: 'sms' | 'letter'): Promise<{ client: NotifyClient; templateId: string }> {
    const { client } = this;
    if (!client) throw new NotifyUnavailable({ because: 'no-api-key' });
    return { client, templateId: this.templates.get(type) ?? (await this.findTemplate(client, type)) };
  }

  private async findTemplate(client: NotifyClient, type: 'sms' | 'letter'): Promise<string> {
    const { data } = await client.getAllTemplates(type).catch((error: unknown) => {
      // Only reading so far: nothing can have been sent.
      throw new NotifyUnavailable(factsOf(error));
    });
    const template = data.templates.find(({ name }) => name === TEMPLATE_NAME);
    if (!template) throw new NotifyUnavailable({ because: 'no-template', type, name: TEMPLATE_NAME });
    this.templates.set(type, template.id);
    return template.id;
  }
}

function clientOf(url: string, key: string): NotifyClient {
  const client = new NotifyClient(url, key);
  const { restClient } = client.apiClient;
  // A connection kept from before may be closed by the other side just as it is used: one cannot tell whether it was.
  const agents = { httpAgent: new HttpAgent({ keepAlive: false }), httpsAgent: new HttpsAgent({ keepAlive: false }) };
  client.apiClient.setClient(((options: object) =>
    restClient({ ...options, ...agents, timeout: PATIENCE_MS })) as typeof restClient);
  return client;
}

interface NotifyError {
  readonly code?: unknown;
  readonly response?: { readonly status?: unknown; readonly data?: unknown };
}

/** The text of an error may quote the number or the address, so only statuses and names of errors go on. */
function factsOf(error: unknown): { status: string; error: string } {
  const { code, response } = error as NotifyError;
  const { errors } = (response?.data ?? {}) as { errors?: readonly { error?: unknown }[] };
  const name = Array.isArray(errors) ? errors[0]?.error : code;
  return { status: String(response?.status ?? 'none'), error: String(name ?? 'unknown') };
}

function faultOf(error: unknown): NotifyRefused | NotifyUnavailable | NotifyUncertain {
  const { code, response } = error as NotifyError;
  const facts = factsOf(error);
  if (!response) return NOT_CONNECTED.has(String(code)) ? new NotifyUnavailable(facts) : new NotifyUncertain(facts);
  // What is wrong with this one message. Any other no is about our account there, and holds until somebody mends it.
  if (response.status === 400 && facts.error === 'ValidationError') return new NotifyRefused(facts);
  const status = Number(response.status);
  // Notify's own 500 asks to send again; a gateway in between cannot know what became of the request.
  return status < 500 || (status === 500 && facts.error !== 'unknown')
    ? new NotifyUnavailable(facts)
    : new NotifyUncertain(facts);
}
