import type { Actor } from '#platform/audit';
import type { MachineToken } from './machine-tokens.js';
import { type Permission, permissionsOfRole, permissionsOfScopes, type Role } from './policy.js';
import type { Account } from './sessions.service.js';

/** Who asks, and what they may do. */
export interface Caller {
  readonly kind: 'user' | 'machine';
  /** The account's id, or the machine's client id. */
  readonly id: string;
  readonly name: string;
  /** Null for a machine. */
  readonly role: Role | null;
  /** Key of the organisation they work for; empty for a machine. */
  readonly organisation: string;
  /** Key of the team whose people they look after, if they have one. */
  readonly team: string | null;
  readonly permissions: readonly Permission[];
}

export function callerFromAccount({ id, name, role, organisation, team }: Account): Caller {
  return { kind: 'user', id, name, role, organisation, team, permissions: permissionsOfRole(role) };
}

export function callerFromToken({ clientId, scopes }: MachineToken): Caller {
  const permissions = permissionsOfScopes(scopes);
  return { kind: 'machine', id: clientId, name: clientId, role: null, organisation: '', team: null, permissions };
}

/** The caller as the audit trail names them. */
export function actorOf({ kind, id, role, organisation }: Caller): Actor {
  return { kind, id, role: role ?? undefined, organisation: organisation || undefined };
}
