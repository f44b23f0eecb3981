import { parseMailAddress } from '#platform/mail';
import { parseMobileNumber } from '#platform/notify';
import { CHANNELS, type Channel } from './channel.js';
import type { Nation } from '#platform/kernel';
import type { Format, PolicyTerms } from './contact-policy.js';

/** Whom a message is about, and where it goes: to the person, or to whoever speaks for them. */
export interface Recipient {
  readonly personId: string;
  readonly given: string;
  readonly family: string;
  readonly language: string;
  readonly format: Format;
  readonly nation: Nation;
  readonly practice: string | null;
  /** The name of who receives it in the person's place. */
  readonly proxy: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly addressLine: string | null;
  readonly postcode: string | null;
}

/** Why a channel cannot be used for a person, or that it can. */
export type RouteAnswer = { readonly to: string | readonly string[] } | { readonly because: string };

/** Where a message by a channel goes; null where there is no such address or it is not one. */
export function addressFor(channel: Channel, recipient: Recipient): RouteAnswer {
  const { email, phone } = recipient;
  switch (channel) {
    case 'email':
      return found(email, email && parseMailAddress(email));
    case 'sms':
      return found(phone, phone && parseMobileNumber(phone));
    case 'phone':
      return found(phone, phone);
    case 'letter':
      return postalAddress(recipient);
  }
}

function found(written: string | null, read: string | null): RouteAnswer {
  if (!written) return { because: 'no-address' };
  return read ? { to: read } : { because: 'address-not-valid' };
}

function postalAddress({ given, family, addressLine, postcode }: Recipient): RouteAnswer {
  if (!addressLine || !postcode) return { because: 'no-address' };
  const lines = addressLine
    .split(/[,\n]/)
    .map((line) => line.trim())
    .filter(Boolean);
  // GOV.UK Notify prints up to seven lines, the name first and the postcode last.
  const street = lines.length > 5 ? [...lines.slice(0, 4), lines.slice(4).join(', ')] : lines;
  return { to: [`${given} ${family}`, ...street, postcode] };
}

/** Null when the channel suits how the person reads, and there is somebody to carry a message by it. */
export function whyUnsuitable(
  channel: Channel,
  { format }: Recipient,
  { formats }: Pick<PolicyTerms, 'formats'>,
  { notify }: { readonly notify: boolean },
): string | null {
  if (!formats[format].includes(channel)) return 'format-not-suited';
  return notify || channel === 'email' || channel === 'phone' ? null : 'no-channel-we-can-use';
}

export function asChannel(name: string): Channel | null {
  return CHANNELS.find((channel) => channel === name) ?? null;
}
