import { z } from 'zod';
import { AccountRefused } from './identity.faults.js';
import { isRole, type Role, TEAM_ROLES } from './policy.js';

/** Who the provider says has logged in, in Fairway's terms. */
export interface Claims {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly role: Role;
  readonly organisation: string;
  readonly team: string | null;
}

// No control characters and no half characters: Postgres keeps neither.
const text = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const key = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
  .max(80);

/** Reads what the provider vouched for. Throws AccountRefused naming the claim that Fairway cannot use. */
export function readClaims(given: Readonly<Record<string, unknown>>): Claims {
  const { iss, sub, name, fairway_role: role, fairway_organisation: organisation, fairway_team: team } = given;
  if (typeof role !== 'string' || !isRole(role)) throw new AccountRefused('fairway_role');
  if (!key.safeParse(organisation).success) throw new AccountRefused('fairway_organisation');
  const hasTeam = team !== undefined && team !== null && team !== '';
  if (hasTeam ? !key.safeParse(team).success : TEAM_ROLES.includes(role)) throw new AccountRefused('fairway_team');
  return {
    issuer: text.parse(iss),
    subject: z.string().min(1).max(255).parse(sub),
    // A name is for people's eyes only; an account without one is still somebody's.
    name: text.safeParse(name).data ?? 'No name given',
    role,
    organisation: key.parse(organisation),
    team: hasTeam ? key.parse(team) : null,
  };
}
