import { describe, expect, it } from '@jest/globals';
import { AccountRefused, readClaims } from './index.js';

function someClaims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    iss: 'https://login.example',
    sub: 'u-1',
    name: 'Care coordinator',
    fairway_role: 'care-coordinator',
    fairway_organisation: 'northamptonshire-care',
    fairway_team: 'northamptonshire',
    ...changes,
  };
}

function refusedClaim(changes: Record<string, unknown>): string | null {
  try {
    readClaims(someClaims(changes));
    return null;
  } catch (error) {
    return error instanceof AccountRefused ? error.claim : String(error);
  }
}

describe('readClaims', () => {
  it('reads who it is, their role and their place', () => {
    expect(readClaims(someClaims())).toEqual({
      issuer: 'https://login.example',
      subject: 'u-1',
      name: 'Care coordinator',
      role: 'care-coordinator',
      organisation: 'northamptonshire-care',
      team: 'northamptonshire',
    });
  });

  it.each([['admin'], [undefined], [null], [''], [['partner']], ['__proto__'], [7]])('refuses the role %p', (role) => {
    expect(refusedClaim({ fairway_role: role })).toBe('fairway_role');
  });

  it.each([[undefined], [''], ['Northamptonshire Care'], ["x' OR 1=1"], [['a']], ['a'.repeat(81)]])(
    'refuses the organisation %p',
    (organisation) => {
      expect(refusedClaim({ fairway_organisation: organisation })).toBe('fairway_organisation');
    },
  );

  it.each(['link-worker', 'care-coordinator'])('refuses a %s without a team', (role) => {
    expect(refusedClaim({ fairway_role: role, fairway_team: undefined })).toBe('fairway_team');
  });

  it.each(['partner', 'programme-manager', 'clinical-lead', 'privacy-officer'])('takes a %s without a team', (role) => {
    expect(readClaims(someClaims({ fairway_role: role, fairway_team: undefined })).team).toBeNull();
  });

  it('refuses a team that is no key', () => {
    expect(refusedClaim({ fairway_team: '../walsall' })).toBe('fairway_team');
  });

  it.each([[undefined], [''], ['a\u0000b'], ['line\nbreak'], [{ first: 'A' }]])(
    'takes an account whose name is %p',
    (name) => {
      expect(readClaims(someClaims({ name })).name).toBe('No name given');
    },
  );
});
