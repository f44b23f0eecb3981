/**
 * Who may do what. A permission says which act; the caller's team and organisation say on whose people and referrals,
 * and the rooms check those.
 */
export const PERMISSIONS = [
  'worklist:read',
  'tasks:work',
  'people:read',
  'people:change',
  'episodes:change',
  'referrals:answer',
  'programmes:read',
  'programmes:move',
  'templates:read',
  'templates:approve',
  'simulations:read',
  'simulations:run',
  'drift:read',
  'drift:repair',
  'reports:read',
  'audit:read',
  'triggers:read',
  'imports:read',
  'imports:write',
  'detections:run',
  'changes:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const DESK = [
  'worklist:read',
  'tasks:work',
  'people:read',
  'people:change',
  'episodes:change',
  'programmes:read',
] as const;

/** What each role may do. Everybody signed in may hear that something of theirs changed. */
export const ROLE_PERMISSIONS = {
  'link-worker': [...DESK, 'changes:read'],
  'care-coordinator': [
    ...DESK,
    'triggers:read',
    'imports:read',
    'reports:read',
    'drift:read',
    'drift:repair',
    'changes:read',
  ],
  partner: ['referrals:answer', 'changes:read'],
  'programme-manager': [
    'programmes:read',
    'programmes:move',
    'templates:read',
    'simulations:read',
    'simulations:run',
    'drift:read',
    'reports:read',
    'imports:read',
    'detections:run',
    'changes:read',
  ],
  'clinical-lead': [
    'programmes:read',
    'templates:read',
    'templates:approve',
    'simulations:read',
    'reports:read',
    'changes:read',
  ],
  'privacy-officer': ['audit:read', 'programmes:read', 'imports:read', 'changes:read'],
} as const satisfies Record<string, readonly Permission[]>;
export type Role = keyof typeof ROLE_PERMISSIONS;

/** What each scope of a machine's token allows. A scope that is not here allows nothing. */
export const SCOPE_PERMISSIONS: Readonly<Record<string, readonly Permission[]>> = {
  'ingest:write': ['imports:write', 'imports:read'],
  'report:read': ['reports:read'],
  'detect:run': ['detections:run'],
};

/** The roles that look after a team's people, and so must have a team. */
export const TEAM_ROLES: readonly Role[] = ['link-worker', 'care-coordinator'];

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLE_PERMISSIONS, text);
}

export function permissionsOfRole(role: Role): readonly Permission[] {
  return ROLE_PERMISSIONS[role];
}

export function permissionsOfScopes(scopes: readonly string[]): readonly Permission[] {
  return [
    ...new Set(scopes.flatMap((scope) => (Object.hasOwn(SCOPE_PERMISSIONS, scope) ? SCOPE_PERMISSIONS[scope]! : []))),
  ];
}
