import { hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';
import { Settings } from '#platform/config';
import { Clock } from '#platform/kernel';

/** A log-in that has begun: what must come back with it, and where to go afterwards. */
export interface BegunSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

/** How long somebody may take to log in. */
export const SIGN_IN_MINUTES = 15;

const begunSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() });

/** Keeps a begun log-in in the browser, encrypted, so that no table holds log-ins that nobody finishes. */
@Injectable()
export class SignInSeal {
  private readonly key: Uint8Array;

  constructor(
    settings: Settings,
    private readonly clock: Clock,
  ) {
    const secret = Buffer.from(settings.get('LINK_KEY'), 'base64');
    // A key of its own, so that nothing made with one purpose is good for the other.
    this.key = new Uint8Array(hkdfSync('sha256', secret, '', 'fairway sign-in', 32));
  }

  async seal(begun: BegunSignIn): Promise<string> {
    const until = Math.floor(this.clock.now().getTime() / 1000) + SIGN_IN_MINUTES * 60;
    return new EncryptJWT({ ...begun })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(until)
      .encrypt(this.key);
  }

  /** Null when it is not ours, was changed, or is too old. */
  async open(sealed: string): Promise<BegunSignIn | null> {
    try {
      const { payload } = await jwtDecrypt(sealed, this.key, {
        currentDate: this.clock.now(),
        requiredClaims: ['exp'],
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return begunSchema.parse(payload);
    } catch {
      return null;
    }
  }
}
