import { ageOn, type Nation } from '#platform/kernel';
import type { AccessibleFormat, Channel, FactKind, ProxyRelation, Sex } from '#care/ingest';

/** Somebody in the register. Dates without a time are ISO days. */
export interface Person {
  readonly id: string;
  readonly nhsNumber: string | null;
  readonly given: string;
  readonly family: string;
  readonly birthDate: string;
  readonly sex: Sex;
  /** NHS ethnic category, 16+1. */
  readonly ethnicCategory: string;
  readonly language: string;
  /** Whose bank holidays count for them. */
  readonly nation: Nation;
  /** What they can read or follow. */
  readonly format: AccessibleFormat;
  /** Who is written to in their stead. */
  readonly proxy: Proxy | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly addressLine: string | null;
  readonly postcode: string | null;
  /** Neighbourhood (LSOA 2021); null when it is not known, which is never the same as not deprived. */
  readonly lsoa: string | null;
  /** 1 = most deprived tenth of England (IMD 2025); null when the neighbourhood is not known. */
  readonly imdDecile: number | null;
  readonly teamKey: string | null;
  readonly practiceCode: string | null;
  readonly deceasedOn: string | null;
  readonly movedAwayOn: string | null;
  /** The address must not be shown, and nothing is sent. */
  readonly sensitive: boolean;
  readonly source: string;
}

/** Who speaks for a person who cannot. */
export interface Proxy {
  readonly name: string;
  readonly relation: ProxyRelation;
  readonly email: string | null;
  readonly phone: string | null;
}

/** To whom a message about a person goes, and where. */
export interface Addressee {
  /** Who it goes to in the person's stead; null when it goes to the person. */
  readonly proxy: Proxy | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly addressLine: string | null;
  readonly postcode: string | null;
}

/** Something known about a person at a time. */
export interface Fact {
  readonly id: string;
  readonly kind: FactKind;
  readonly code: string;
  readonly value: number | null;
  readonly value2: number | null;
  readonly effectiveAt: Date;
  readonly coding: string | null;
  readonly source: string;
  readonly recordedAt: Date;
}

/** What a person said about one channel and purpose; `all` stands for every one. */
export interface Permission {
  readonly channel: Channel;
  readonly purpose: string;
  readonly allowed: boolean;
  readonly at: Date;
}

export type ContactRefusal =
  | 'died'
  | 'moved-away'
  | 'sensitive'
  | 'child'
  | 'opted-out'
  | 'opted-out-of-purpose'
  | 'channel-refused'
  | 'no-address';

export type ContactAnswer = { readonly allowed: true } | { readonly allowed: false; readonly because: ContactRefusal };

/** What a contact would be: by which way, and for which programme. */
export interface Contact {
  readonly channel: Exclude<Channel, 'all'>;
  /** A programme's key. */
  readonly purpose: string;
  readonly at: Date;
}

/** Under 16 contact goes to a person with parental responsibility, or to nobody. */
const ADULT_CONTACT_FROM = 16;

/** Full years lived at an instant, in London. */
export function age(person: Pick<Person, 'birthDate'>, at: Date): number {
  return ageOn(new Date(person.birthDate), at);
}

/**
 * To whom a message goes: the person, or whoever speaks for them. A parent does so until the sixteenth birthday; others
 * as long as they are recorded. Null for a child for whom nobody speaks.
 */
export function addresseeOf(person: Person, at: Date): Addressee | null {
  const { proxy, email, phone, addressLine, postcode } = person;
  const child = age(person, at) < ADULT_CONTACT_FROM;
  // Where a proxy lives is not known, so no letter can go to them.
  if (proxy && (child || proxy.relation !== 'parent')) {
    return { proxy, email: proxy.email, phone: proxy.phone, addressLine: null, postcode: null };
  }
  return child ? null : { proxy: null, email, phone, addressLine, postcode };
}

/** Whether a person may be contacted this way for this purpose, and if not, why. */
export function mayContact(person: Person, permissions: readonly Permission[], contact: Contact): ContactAnswer {
  const no = (because: ContactRefusal): ContactAnswer => ({ allowed: false, because });
  const day = contact.at.toISOString().slice(0, 10);
  if (person.deceasedOn) return no('died');
  if (person.movedAwayOn && person.movedAwayOn <= day) return no('moved-away');
  const addressee = addresseeOf(person, contact.at);
  if (!addressee) return no('child');
  // A team may still phone: a person decides that, with the warning before them.
  if (person.sensitive && contact.channel !== 'phone') return no('sensitive');
  const refusal = standingRefusal(permissions, contact);
  if (refusal) {
    if (refusal.channel !== 'all') return no('channel-refused');
    return no(refusal.purpose === 'all' ? 'opted-out' : 'opted-out-of-purpose');
  }
  return hasAddress(addressee, contact.channel) ? { allowed: true } : no('no-address');
}

/**
 * The widest refusal in force. The latest word on the same channel and purpose wins; a later permission lifts a refusal
 * only when it speaks of the same or of something narrower, so that no general yes undoes a particular no.
 */
function standingRefusal(permissions: readonly Permission[], contact: Contact): Permission | null {
  const latest = new Map<string, Permission>();
  for (const permission of permissions) {
    const about = permission.channel === 'all' || permission.channel === contact.channel;
    const forThis = permission.purpose === 'all' || permission.purpose === contact.purpose;
    if (!about || !forThis || permission.at > contact.at) continue;
    const key = `${permission.channel}/${permission.purpose}`;
    const before = latest.get(key);
    // Of two words at one instant the refusal counts.
    const newer = !before || permission.at > before.at || (+permission.at === +before.at && !permission.allowed);
    if (newer) latest.set(key, permission);
  }
  const words = [...latest.values()];
  const lifted = (refusal: Permission): boolean =>
    words.some(
      (word) =>
        word.allowed &&
        word.at > refusal.at &&
        (refusal.channel === 'all' || word.channel === refusal.channel) &&
        (refusal.purpose === 'all' || word.purpose === refusal.purpose),
    );
  const breadth = ({ channel, purpose }: Permission): number =>
    Number(channel === 'all') * 2 + Number(purpose === 'all');
  const standing = words.filter((word) => !word.allowed && !lifted(word));
  return standing.sort((one, other) => breadth(other) - breadth(one))[0] ?? null;
}

function hasAddress(
  to: Pick<Person, 'email' | 'phone' | 'addressLine' | 'postcode'>,
  channel: Contact['channel'],
): boolean {
  switch (channel) {
    case 'email':
      return to.email !== null;
    case 'sms':
    case 'phone':
      return to.phone !== null;
    case 'letter':
      return to.addressLine !== null && to.postcode !== null;
  }
}
