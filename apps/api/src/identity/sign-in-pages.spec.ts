import { describe, expect, it } from '@jest/globals';
import { AccountRefused, NotSignedIn, ProviderUnavailable, SignInFailed } from '#platform/identity';
import { pageAbout } from './sign-in-pages.js';

describe('pageAbout', () => {
  it.each(['fairway_role', 'fairway_organisation', 'fairway_team'] as const)(
    'says that an account lacks %s, whom to ask, and how to log in as another',
    (claim) => {
      const { page, status } = pageAbout(new AccountRefused(claim))!;
      expect(status).toBe(403);
      expect(page.body).toContain(claim);
      expect(page.body).toContain('href="/auth/login?again=yes"');
    },
  );

  it.each(['cancelled', 'expired', 'refused'] as const)('offers another try when a log-in was %s', (because) => {
    const { page, status } = pageAbout(new SignInFailed(because))!;
    expect(status).toBe(400);
    expect(page.body).toContain('href="/auth/login');
  });

  it('says when the provider is away', () => {
    expect(pageAbout(new ProviderUnavailable())?.status).toBe(503);
  });

  it.each([new NotSignedIn(), new Error('anything'), null])('leaves %p to others', (error) => {
    expect(pageAbout(error)).toBeNull();
  });
});
