import { createContext, useContext } from 'react';
import type { SignedIn } from '../api/views';

export const SessionContext = createContext<SignedIn | null>(null);

/** Who is signed in; null on the few pages that need nobody. */
export function useSession(): SignedIn | null {
  return useContext(SessionContext);
}

export function useMay(permission: string): boolean {
  return useContext(SessionContext)?.permissions.includes(permission) ?? false;
}

/** Where signing in starts; it comes back to the page asked for. */
export function signInAddress(returnTo: string): string {
  return `/auth/login?returnTo=${encodeURIComponent(returnTo)}`;
}

/** Where signing in as someone else starts: the password is asked for even if a session is open. */
export function signInAgainAddress(returnTo: string): string {
  return `${signInAddress(returnTo)}&again=yes`;
}

export function here(): string {
  return window.location.pathname + window.location.search;
}
