import { parseWhen } from './dates.js';
import type { Consent } from './fhir-shapes.js';
import { refuse } from './reasons.js';
import { CHANNELS, type Channel, type IncomingPermission, type Refusal } from './record.js';

export const PURPOSE_SYSTEM = 'urn:fairway:purpose';
export const CHANNEL_SYSTEM = 'urn:fairway:channel';
const NOT_ABOUT_CARE = new Set(['research', 'adr']);

type Allowed =
  { readonly permissions: readonly IncomingPermission[] } | { readonly unused: string } | { readonly refused: Refusal };

/**
 * A Consent about contact: `provision.purpose` names programmes (system urn:fairway:purpose, or `all`) and
 * `provision.code` channels (system urn:fairway:channel). A refusal that names neither clearly is not guessed at.
 */
export function readConsent(consent: Consent): Allowed {
  if (consent.status === 'entered-in-error' || consent.status === 'inactive') return { permissions: [] };
  if (consent.scope?.coding?.some(({ code }) => NOT_ABOUT_CARE.has(code ?? ''))) {
    return { unused: 'Consent about something else than care' };
  }
  const denies = consent.status === 'rejected' || consent.provision?.type === 'deny';
  const purposes = (consent.provision?.purpose ?? []).filter(({ system }) => system === PURPOSE_SYSTEM);
  const named = (consent.provision?.code ?? []).flatMap(({ coding }) => coding ?? []);
  const channels = named.filter(({ system }) => system === CHANNEL_SYSTEM).map(({ code }) => code ?? '');
  const clear =
    purposes.length > 0 &&
    purposes.length === consent.provision?.purpose?.length &&
    named.length === channels.length &&
    channels.every((channel) => CHANNELS.includes(channel as Channel)) &&
    purposes.every(({ code }) => isPurpose(code ?? '')) &&
    !consent.provision.provision?.length;
  if (!clear) return denies ? refuse('ingest.consent_unclear') : { unused: 'Consent that does not speak of contact' };
  if (consent.status !== 'active' && consent.status !== 'rejected') return { unused: 'Consent not in force' };
  const when = parseWhen(consent.dateTime ?? consent.meta?.lastUpdated ?? '');
  if (!when) return refuse('ingest.missing_date', 'dateTime');
  return {
    permissions: purposes.flatMap(({ code }) =>
      (channels.length > 0 ? channels : ['all']).map((channel) => ({
        channel: channel as Channel,
        purpose: code!,
        allowed: !denies,
        at: when.from,
      })),
    ),
  };
}

/** `all` or the key of a programme. */
export function isPurpose(text: string): boolean {
  return /^[a-z][a-z0-9-]{1,60}$/.test(text);
}
