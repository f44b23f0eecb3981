import { describe, expect, it } from '@jest/globals';
import { addresseeOf, age, type Contact, mayContact, type Permission, type Person } from './person.js';

const NOW = new Date('2026-11-22T10:00:00Z');

function aPerson(changes: Partial<Person> = {}): Person {
  return {
    id: '0199a0a0-0000-7000-8000-000000000001',
    nhsNumber: '9990000018',
    given: 'Iris',
    family: 'Marlowe',
    birthDate: '1961-05-04',
    sex: 'female',
    ethnicCategory: 'A',
    language: 'en',
    nation: 'england',
    format: 'standard',
    proxy: null,
    email: 'iris@mail.example',
    phone: '07700900123',
    addressLine: '4 Larchwood Lane',
    postcode: 'NN1 1AA',
    lsoa: null,
    imdDecile: null,
    teamKey: 'northamptonshire',
    practiceCode: null,
    deceasedOn: null,
    movedAwayOn: null,
    sensitive: false,
    source: 'gp',
    ...changes,
  };
}

function aPermission(changes: Partial<Permission> = {}): Permission {
  return { channel: 'all', purpose: 'all', allowed: false, at: new Date('2026-01-01T00:00:00Z'), ...changes };
}

function aContact(changes: Partial<Contact> = {}): Contact {
  return { channel: 'email', purpose: 'stop-smoking', at: NOW, ...changes };
}

describe('mayContact', () => {
  it('allows somebody who refused nothing and has an address', () => {
    expect(mayContact(aPerson(), [], aContact())).toEqual({ allowed: true });
  });

  it.each([
    ['died', { deceasedOn: '2026-11-01' }],
    ['moved-away', { movedAwayOn: '2026-11-01' }],
    ['sensitive', { sensitive: true }],
    ['child', { birthDate: '2010-11-23' }],
    ['no-address', { email: null }],
  ] as const)('says %s', (because, changes) => {
    expect(mayContact(aPerson(changes), [], aContact())).toEqual({ allowed: false, because });
  });

  it('allows on the sixteenth birthday', () => {
    expect(mayContact(aPerson({ birthDate: '2010-11-22' }), [], aContact())).toEqual({ allowed: true });
  });

  it('leaves it to a person to phone somebody whose address must not be shown', () => {
    expect(mayContact(aPerson({ sensitive: true }), [], aContact({ channel: 'phone' }))).toEqual({ allowed: true });
  });

  it('needs street and postcode for a letter, and a number for a text', () => {
    expect(mayContact(aPerson({ postcode: null }), [], aContact({ channel: 'letter' })).allowed).toBe(false);
    expect(mayContact(aPerson({ phone: null }), [], aContact({ channel: 'sms' })).allowed).toBe(false);
  });

  it.each([
    ['opted-out', {}],
    ['opted-out-of-purpose', { purpose: 'stop-smoking' }],
    ['channel-refused', { channel: 'email' }],
    ['channel-refused', { channel: 'email', purpose: 'stop-smoking' }],
  ] as const)('says %s for the refusal %j', (because, changes) => {
    expect(mayContact(aPerson(), [aPermission(changes)], aContact())).toEqual({ allowed: false, because });
  });

  it.each([{ channel: 'sms' }, { purpose: 'housing-referral' }, { at: new Date('2026-11-23T00:00:00Z') }] as const)(
    'is not stopped by a refusal of something else: %j',
    (changes) => {
      expect(mayContact(aPerson(), [aPermission(changes)], aContact())).toEqual({ allowed: true });
    },
  );

  const later = new Date('2026-06-01T00:00:00Z');
  const earlier = new Date('2025-06-01T00:00:00Z');

  it('takes back a refusal by a later word on the same thing', () => {
    expect(mayContact(aPerson(), [aPermission(), aPermission({ allowed: true, at: later })], aContact()).allowed).toBe(
      true,
    );
    expect(
      mayContact(aPerson(), [aPermission(), aPermission({ allowed: true, at: earlier })], aContact()).allowed,
    ).toBe(false);
  });

  it('lets a later particular yes pass a general no', () => {
    const yes = aPermission({ channel: 'email', purpose: 'stop-smoking', allowed: true, at: later });
    expect(mayContact(aPerson(), [aPermission(), yes], aContact()).allowed).toBe(true);
    expect(mayContact(aPerson(), [aPermission(), yes], aContact({ channel: 'sms' })).allowed).toBe(false);
  });

  it('never lets a later general yes undo a particular no', () => {
    const words = [aPermission({ purpose: 'stop-smoking' }), aPermission({ allowed: true, at: later })];
    expect(mayContact(aPerson(), words, aContact())).toEqual({ allowed: false, because: 'opted-out-of-purpose' });
  });

  it('takes the refusal of two words at one instant', () => {
    const words = [aPermission({ allowed: true }), aPermission({ allowed: false })];
    expect(mayContact(aPerson(), words, aContact()).allowed).toBe(false);
    expect(mayContact(aPerson(), words.reverse(), aContact()).allowed).toBe(false);
  });
});

describe('age', () => {
  it('is in full years', () => {
    expect(age(aPerson(), new Date('2026-05-03T12:00:00Z'))).toBe(64);
    expect(age(aPerson(), new Date('2026-05-04T12:00:00Z'))).toBe(65);
  });
});

describe('addresseeOf', () => {
  const rosa = { name: 'Rosa Marlowe', relation: 'parent', email: 'rosa@mail.example', phone: null } as const;

  it('is the person, at their own addresses', () => {
    expect(addresseeOf(aPerson(), NOW)).toMatchObject({ proxy: null, email: 'iris@mail.example' });
  });

  it('is the parent of a child until the sixteenth birthday', () => {
    const child = aPerson({ birthDate: '2010-11-23', proxy: rosa });
    expect(addresseeOf(child, NOW)).toMatchObject({ proxy: rosa, email: 'rosa@mail.example', addressLine: null });
    expect(addresseeOf(child, new Date('2026-11-23T10:00:00Z'))).toMatchObject({ proxy: null });
  });

  it('is nobody for a child for whom nobody speaks', () => {
    expect(addresseeOf(aPerson({ birthDate: '2015-05-04' }), NOW)).toBeNull();
  });

  it.each(['guardian', 'carer', 'attorney'] as const)('is the %s at any age', (relation) => {
    expect(addresseeOf(aPerson({ proxy: { ...rosa, relation } }), NOW)?.proxy?.relation).toBe(relation);
  });

  it('decides by which ways somebody may be contacted', () => {
    const child = aPerson({ birthDate: '2015-05-04', proxy: rosa });
    expect(mayContact(child, [], aContact())).toEqual({ allowed: true });
    expect(mayContact(child, [], aContact({ channel: 'sms' }))).toEqual({ allowed: false, because: 'no-address' });
    expect(mayContact(child, [], aContact({ channel: 'letter' }))).toEqual({ allowed: false, because: 'no-address' });
    expect(mayContact({ ...child, proxy: null }, [], aContact())).toEqual({ allowed: false, because: 'child' });
  });
});
