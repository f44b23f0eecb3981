import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { Settings } from '#platform/config';
import { Clock } from '#platform/kernel';
import { NotSignedIn, ProviderUnavailable } from './identity.faults.js';
import { OidcClient } from './oidc-client.js';

export interface MachineToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

// Signatures that only the provider can make; none with a shared secret.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const TOLERANCE_SECONDS = 5;

/** Checks bearer tokens of machines: signature, issuer, audience and time. */
@Injectable()
export class MachineTokens {
  private keySet: { uri: string; keys: ReturnType<typeof createRemoteJWKSet> } | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly provider: OidcClient,
    private readonly clock: Clock,
  ) {}

  /** Throws NotSignedIn, or ProviderUnavailable when the provider's keys cannot be had. */
  async verify(token: string): Promise<MachineToken> {
    const { issuer, jwksUri } = await this.provider.keys();
    try {
      const { payload } = await jwtVerify(token, this.keysAt(jwksUri), {
        issuer,
        audience: this.settings.get('OIDC_AUDIENCE'),
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: this.clock.now(),
      });
      return { clientId: clientOf(payload), scopes: scopesOf(payload) };
    } catch (error) {
      throw isAboutTheToken(error) ? new NotSignedIn() : new ProviderUnavailable();
    }
  }

  private keysAt(uri: string): ReturnType<typeof createRemoteJWKSet> {
    if (this.keySet?.uri !== uri) this.keySet = { uri, keys: createRemoteJWKSet(new URL(uri)) };
    return this.keySet.keys;
  }
}

function clientOf({ client_id: clientId, azp, sub }: JWTPayload): string {
  const named = [clientId, azp, sub].find((claim) => typeof claim === 'string' && claim !== '');
  if (typeof named !== 'string') throw new NotSignedIn();
  return named;
}

/** `scope` as one text (RFC 9068), or the lists that some providers write. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  const given = scope ?? scp;
  if (typeof given === 'string') return given.split(' ').filter(Boolean);
  return Array.isArray(given) ? given.filter((item): item is string => typeof item === 'string') : [];
}

function isAboutTheToken(error: unknown): boolean {
  if (error instanceof NotSignedIn) return true;
  // The base class itself is what jose throws when the key set does not come as it should.
  return (
    error instanceof errors.JOSEError &&
    error.constructor !== errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout)
  );
}
