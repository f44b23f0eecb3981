import { describe, expect, it } from '@jest/globals';
import {
  isRole,
  type Permission,
  PERMISSIONS,
  permissionsOfRole,
  permissionsOfScopes,
  type Role,
  ROLE_PERMISSIONS,
  SCOPE_PERMISSIONS,
} from './index.js';

/** The whole policy once more, drawn by hand: a column a role, in the order of ROLES. */
const ROLES: readonly Role[] = [
  'link-worker',
  'care-coordinator',
  'partner',
  'programme-manager',
  'clinical-lead',
  'privacy-officer',
];
const EXPECTED: Readonly<Record<Permission, string>> = {
  'worklist:read': 'yy....',
  'tasks:work': 'yy....',
  'people:read': 'yy....',
  'people:change': 'yy....',
  'episodes:change': 'yy....',
  'referrals:answer': '..y...',
  'programmes:read': 'yy.yyy',
  'programmes:move': '...y..',
  'templates:read': '...yy.',
  'templates:approve': '....y.',
  'simulations:read': '...yy.',
  'simulations:run': '...y..',
  'drift:read': '.y.y..',
  'drift:repair': '.y....',
  'reports:read': '.y.yy.',
  'audit:read': '.....y',
  'triggers:read': '.y....',
  'imports:read': '.y.y.y',
  'imports:write': '......',
  'detections:run': '...y..',
  'changes:read': 'yyyyyy',
};

const CASES = ROLES.flatMap((role, column) =>
  PERMISSIONS.map((permission) => [role, EXPECTED[permission][column] === 'y', permission] as const),
);

describe('the policy', () => {
  it.each(CASES)('%s: %s for %s', (role, may, permission) => {
    expect(permissionsOfRole(role).includes(permission)).toBe(may);
  });

  it('has a test for every role', () => {
    expect([...ROLES].sort()).toEqual(Object.keys(ROLE_PERMISSIONS).sort());
  });

  it('lets nobody who reads about people as numbers read about a person', () => {
    for (const role of ['programme-manager', 'clinical-lead', 'partner'] as const) {
      expect(permissionsOfRole(role)).not.toContain('people:read');
      expect(permissionsOfRole(role)).not.toContain('audit:read');
    }
  });

  it.each([
    ['ingest:write', ['imports:write', 'imports:read']],
    ['report:read', ['reports:read']],
    ['detect:run', ['detections:run']],
  ])('gives a machine with the scope %s only its own', (scope, permissions) => {
    expect(permissionsOfScopes([scope])).toEqual(permissions);
  });

  it('has a test for every scope', () => {
    expect(Object.keys(SCOPE_PERMISSIONS)).toEqual(['ingest:write', 'report:read', 'detect:run']);
  });

  it.each([['openid'], ['constructor'], ['__proto__'], ['people:read'], ['']])(
    'gives nothing for the scope %p',
    (scope) => {
      expect(permissionsOfScopes([scope])).toEqual([]);
    },
  );

  it('adds scopes up without doubling', () => {
    expect(permissionsOfScopes(['report:read', 'detect:run', 'report:read'])).toEqual([
      'reports:read',
      'detections:run',
    ]);
  });

  it.each(['admin', 'toString', '__proto__', '', 'Partner'])('knows no role %p', (text) => {
    expect(isRole(text)).toBe(false);
  });
});
