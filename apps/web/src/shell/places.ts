import type { SignedIn } from '../api/views';

/** The desks in the top bar, each with the permission that opens it. */
export const PLACES = [
  { to: '/work', name: 'Work', needs: 'worklist:read' },
  { to: '/people', name: 'People', needs: 'people:read' },
  { to: '/triggers', name: 'Triggers', needs: 'triggers:read' },
  { to: '/referrals', name: 'Referrals', needs: 'referrals:answer' },
  { to: '/programmes', name: 'Programmes', needs: 'programmes:read' },
  { to: '/templates', name: 'Templates', needs: 'templates:read' },
  { to: '/reports', name: 'Reports', needs: 'reports:read' },
  { to: '/drift', name: 'Differences', needs: 'drift:read' },
  { to: '/simulations', name: 'Simulations', needs: 'simulations:read' },
  { to: '/audit', name: 'Audit', needs: 'audit:read' },
] as const;
export type Place = (typeof PLACES)[number];

export function placesOf(session: SignedIn): Place[] {
  return PLACES.filter((place) => session.permissions.includes(place.needs));
}

/** Where someone starts: the desk their role works at all day. */
export function homeOf(session: SignedIn): Place['to'] | null {
  const mine = placesOf(session).map((place) => place.to);
  const favourite: Place['to'][] =
    session.user.role === 'clinical-lead' ? ['/programmes'] : ['/work', '/referrals', '/audit', '/reports'];
  return favourite.find((to) => mine.includes(to)) ?? mine[0] ?? null;
}
