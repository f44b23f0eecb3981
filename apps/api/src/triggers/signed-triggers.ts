import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { Settings } from '#platform/config';
import { Fault } from '#platform/kernel';
import { RequestInvalid } from '../http/request.faults.js';
import { triggerHeaders, type Trigger, triggerSchema } from './trigger.schema.js';

export class SignatureInvalid extends Fault {
  readonly kind = 'unauthenticated';
  readonly code = 'triggers.signature_invalid';
  constructor() {
    super('Sign the exact bytes of the body with the secret of its source, within five minutes (Standard Webhooks).');
  }
}

/** A trigger whose sender is proven. */
export interface SignedTrigger extends Trigger {
  readonly webhookId: string;
  /** SHA-256 of the body as received, in hexadecimal. */
  readonly bodyHash: string;
}

/** The name under which TRIGGER_SECRETS holds a secret for every source that has none of its own. */
const ANY_SOURCE = '*';

/** Opens signed messages. Nothing of a body is believed, or told of, before its signature holds. */
@Injectable()
export class SignedTriggers {
  private readonly verifiers: ReadonlyMap<string, Webhook>;

  constructor(settings: Settings) {
    const secrets = Object.entries(settings.get('TRIGGER_SECRETS'));
    this.verifiers = new Map(secrets.map(([source, secret]) => [source, new Webhook(secret)]));
  }

  /** `raw` is the body to the byte. Throws SignatureInvalid, and RequestInvalid for a signed body that does not fit. */
  open(headers: Readonly<Record<string, unknown>>, raw: Buffer | undefined): SignedTrigger {
    const signed = triggerHeaders.safeParse(headers);
    if (!signed.success || !raw) throw new SignatureInvalid();
    const claimed = claimOf(raw);
    const verifier = this.verifiers.get(claimed.source) ?? this.verifiers.get(ANY_SOURCE);
    if (!verifier) throw new SignatureInvalid();
    try {
      verifier.verify(raw, signed.data);
    } catch {
      throw new SignatureInvalid();
    }
    const trigger = triggerSchema.safeParse(claimed.body);
    if (!trigger.success) {
      throw new RequestInvalid(
        trigger.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
      );
    }
    return {
      ...trigger.data,
      webhookId: signed.data['webhook-id'],
      bodyHash: createHash('sha256').update(raw).digest('hex'),
    };
  }
}

/** Whose secret must hold, as the body claims; nobody's in particular when it does not say. */
function claimOf(raw: Buffer): { readonly source: string; readonly body: unknown } {
  const body: unknown = JSON.parse(raw.toString('utf8'));
  const named = typeof body === 'object' && body !== null && 'source' in body ? body.source : '';
  return { source: typeof named === 'string' ? named : '', body };
}
