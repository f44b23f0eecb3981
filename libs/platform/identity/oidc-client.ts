import { Injectable } from '@nestjs/common';
import * as openid from 'openid-client';
import { Settings } from '#platform/config';
import { type Claims, readClaims } from './claims.js';
import { ProviderUnavailable, SignInFailed } from './identity.faults.js';
import { IDLE_MINUTES } from './sessions.service.js';
import type { BegunSignIn } from './sign-in-seal.js';

const TIMEOUT_SECONDS = 5;

/** The provider's own description of itself, as far as tokens of machines need it. */
export interface ProviderKeys {
  readonly issuer: string;
  readonly jwksUri: string;
}

/** Logs people in by OpenID Connect: authorization code with PKCE, state and nonce. Tokens stay on the server. */
@Injectable()
export class OidcClient {
  private readonly redirectUri: string;
  private readonly home: string;
  private found: Promise<openid.Configuration> | null = null;

  constructor(private readonly settings: Settings) {
    const publicUrl = settings.get('PUBLIC_URL').replace(/\/+$/, '');
    this.redirectUri = `${publicUrl}/auth/callback`;
    this.home = `${publicUrl}/`;
  }

  /** Where to send the browser, and what to keep until it comes back. `again` asks for the password in any case. */
  async begin(returnTo: string, { again = false } = {}): Promise<{ url: string; begun: BegunSignIn }> {
    const provider = await this.provider();
    const begun: BegunSignIn = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
      returnTo,
    };
    const url = openid.buildAuthorizationUrl(provider, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile',
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
      // A session that ended for want of use must not come back without the person.
      max_age: String(IDLE_MINUTES * 60),
      ...(again ? { prompt: 'login' } : {}),
    });
    return { url: url.href, begun };
  }

  /**
   * Finishes a log-in from the query the browser came back with.
   * Throws SignInFailed, AccountRefused or ProviderUnavailable.
   */
  async finish(query: string, { state, nonce, verifier }: BegunSignIn): Promise<Claims> {
    const provider = await this.provider();
    try {
      const tokens = await openid.authorizationCodeGrant(provider, new URL(`${this.redirectUri}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        maxAge: IDLE_MINUTES * 60,
        idTokenExpected: true,
      });
      const vouched = tokens.claims();
      if (!vouched) throw new SignInFailed('refused');
      // Some providers put what is not standard into userinfo alone.
      const more = vouched.fairway_role ? {} : await openid.fetchUserInfo(provider, tokens.access_token, vouched.sub);
      return readClaims({ ...more, ...vouched });
    } catch (error) {
      throw faultOf(error);
    }
  }

  /** Where the browser goes to end the provider's session too; the start page when the provider offers no such place. */
  async endUrl(): Promise<string> {
    const provider = await this.provider().catch(() => null);
    if (!provider?.serverMetadata().end_session_endpoint) return this.home;
    // By client id and not by an ID token: tokens do not pass through the browser.
    return openid.buildEndSessionUrl(provider, { post_logout_redirect_uri: this.home }).href;
  }

  /** Throws ProviderUnavailable. */
  async keys(): Promise<ProviderKeys> {
    const { issuer, jwks_uri: jwksUri } = (await this.provider()).serverMetadata();
    if (!jwksUri) throw new ProviderUnavailable();
    return { issuer, jwksUri };
  }

  /** Found once and kept; a failure is not kept, so the API starts and heals while the provider is down. */
  private provider(): Promise<openid.Configuration> {
    this.found ??= this.discover().catch((error: unknown) => {
      this.found = null;
      throw error;
    });
    return this.found;
  }

  private async discover(): Promise<openid.Configuration> {
    const issuer = new URL(this.settings.get('OIDC_ISSUER'));
    const execute = [openid.enableNonRepudiationChecks];
    if (issuer.protocol === 'http:' && isLoopback(issuer.hostname)) execute.push(openid.allowInsecureRequests);
    try {
      return await openid.discovery(
        issuer,
        this.settings.get('OIDC_CLIENT_ID'),
        undefined,
        openid.ClientSecretBasic(this.settings.get('OIDC_CLIENT_SECRET')),
        { execute, timeout: TIMEOUT_SECONDS },
      );
    } catch {
      throw new ProviderUnavailable();
    }
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function faultOf(error: unknown): unknown {
  if (nobodyAnswered(error)) return new ProviderUnavailable();
  if (error instanceof openid.AuthorizationResponseError) {
    return new SignInFailed(error.error === 'access_denied' ? 'cancelled' : 'refused');
  }
  const refused = error instanceof openid.ResponseBodyError || error instanceof openid.ClientError;
  return refused ? new SignInFailed('refused') : error;
}

/** True for a failed or slow `fetch`, which the libraries may have wrapped. */
function nobodyAnswered(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { message, code, cause } = error as { message?: unknown; code?: unknown; cause?: unknown };
  return message === 'fetch failed' || code === 'OAUTH_TIMEOUT' || nobodyAnswered(cause);
}
