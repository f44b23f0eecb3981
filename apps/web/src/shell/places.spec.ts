import { describe, expect, it } from '@jest/globals';
import type { SignedIn } from '../api/views';
import { homeOf, placesOf } from './places';

function aSession(role: string, permissions: string[]): SignedIn {
  const organisation = { key: 'northamptonshire-care', name: 'Northamptonshire care team' };
  const user = { id: 'user', name: role, role, organisation, team: null };
  return { signedIn: true, user, csrfToken: '', mode: 'embedded', demo: true, permissions };
}

describe('places', () => {
  it('shows the desks a role may open and no other', () => {
    const names = placesOf(aSession('partner', ['referrals:answer', 'changes:read'])).map((place) => place.name);
    expect(names).toEqual(['Referrals']);
  });

  it.each([
    ['link-worker', ['worklist:read', 'people:read', 'programmes:read'], '/work'],
    ['partner', ['referrals:answer'], '/referrals'],
    ['programme-manager', ['programmes:read', 'reports:read'], '/reports'],
    ['clinical-lead', ['programmes:read', 'reports:read'], '/programmes'],
    ['privacy-officer', ['audit:read', 'programmes:read'], '/audit'],
    ['nobody', [], null],
  ])('starts a %s at its own desk', (role, permissions, home) => {
    expect(homeOf(aSession(role, permissions))).toBe(home);
  });
});
