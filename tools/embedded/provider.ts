import Provider, { type Client, errors, type JWK } from 'oidc-provider';
import { contentPolicyOf, escapeHtml, htmlOf, type Page } from './page.ts';
import { findDemoPerson } from './people.ts';
import type { ProviderStore } from './provider-store.ts';

export interface ProviderSettings {
  readonly port: number;
  readonly publicUrl: string;
  readonly client: { readonly id: string; readonly secret: string };
  readonly machine: { readonly id: string; readonly secret: string };
  readonly audience: string;
  readonly cookieKeys: string[];
  readonly keys: { keys: JWK[] };
  readonly store: ProviderStore;
}

/** What a machine may ask for; libs/platform/identity says what each allows. */
export const MACHINE_SCOPES = 'ingest:write report:read detect:run';
const CLAIMS = ['name', 'fairway_role', 'fairway_organisation', 'fairway_team'];
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The demo's OpenID provider: one application for people, one client for machines, the demo's people. */
export function makeProvider(settings: ProviderSettings): Provider {
  const { port, publicUrl, client, machine, audience, store } = settings;
  const page = (body: string, title: string): Page => ({
    title: `${title} – Fairway`,
    home: publicUrl,
    mark: 'Fairway',
    body,
  });

  return new Provider(`http://localhost:${port}`, {
    adapter: store.adapter,
    jwks: settings.keys,
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        client_name: 'Fairway',
        redirect_uris: [`${publicUrl}/auth/callback`],
        post_logout_redirect_uris: [`${publicUrl}/`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        scope: 'openid profile',
      },
      {
        client_id: machine.id,
        client_secret: machine.secret,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
        scope: MACHINE_SCOPES,
      },
    ],
    scopes: ['openid', 'profile', ...MACHINE_SCOPES.split(' ')],
    claims: { openid: ['sub'], profile: CLAIMS },
    // The claims are in the ID token itself, so that one exchange is enough.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    findAccount: (_context, subject) => {
      const person = findDemoPerson(subject);
      if (!person) return undefined;
      return {
        accountId: subject,
        claims: () => ({
          sub: subject,
          name: person.name,
          fairway_role: person.role,
          fairway_organisation: person.organisation,
          ...(person.team ? { fairway_team: person.team } : {}),
        }),
      };
    },
    // Fairway is ours: nobody is asked whether it may know who they are.
    loadExistingGrant: async (context) => {
      const { session, client: asking } = context.oidc;
      if (!session?.accountId || asking?.clientId !== client.id) return undefined;
      const known = session.grantIdFor(client.id);
      const found = known ? await context.oidc.provider.Grant.find(known) : undefined;
      if (found) return found;
      const grant = new context.oidc.provider.Grant({ clientId: client.id, accountId: session.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    interactions: { url: (_context, interaction) => `/log-in/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, asking, oneOf) => (asking.clientId === machine.id ? audience : (oneOf ?? [])),
        getResourceServerInfo: (_context, resource, asking: Client) => {
          if (resource !== audience || asking.clientId !== machine.id) throw new errors.InvalidTarget();
          return {
            scope: MACHINE_SCOPES,
            audience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 10 * MINUTE,
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (context, form) => {
          const { session, params, entities } = context.oidc;
          const back = params?.post_logout_redirect_uri;
          // Sent here by a page of this machine, or with an ID token as proof: no second question. Any other page gets one.
          const ours = entities.IdTokenHint || /^same-(site|origin)$/.test(context.get('sec-fetch-site'));
          if (ours && typeof back === 'string') {
            await session?.destroy();
            context.status = 303;
            context.redirect(back);
            return;
          }
          context.set('content-security-policy', contentPolicyOf({ formsMayReach: new URL(publicUrl).origin }));
          context.body = htmlOf(
            page(
              `<h1>Do you want to log out?</h1>\n${form}\n<button type="submit" form="op.logoutForm" name="logout" value="yes">Log out</button>`,
              'Log out',
            ),
          );
        },
        postLogoutSuccessSource: (context) => {
          context.set('content-security-policy', contentPolicyOf({}));
          context.body = htmlOf(
            page(
              `<h1>You are logged out</h1>\n<p><a href="${escapeHtml(publicUrl)}/">Go to Fairway</a></p>`,
              'Logged out',
            ),
          );
        },
      },
    },
    renderError: (context, out) => {
      context.type = 'html';
      context.set('content-security-policy', contentPolicyOf({}));
      context.body = htmlOf(
        page(
          `<h1>The log-in could not go on</h1>
<p>${escapeHtml(out.error_description ?? out.error)}</p>
<p><a href="${escapeHtml(publicUrl)}/">Go back to Fairway</a></p>`,
          'Problem',
        ),
      );
    },
    cookies: {
      keys: settings.cookieKeys,
      // Cookies ignore the port, and two copies of the demo may run on one machine.
      names: {
        session: `fairway_op_${port}`,
        interaction: `fairway_op_step_${port}`,
        resume: `fairway_op_resume_${port}`,
      },
    },
    ttl: {
      AccessToken: 10 * MINUTE,
      AuthorizationCode: MINUTE,
      ClientCredentials: 10 * MINUTE,
      IdToken: HOUR,
      Interaction: HOUR,
      Grant: 12 * HOUR,
      Session: 12 * HOUR,
    },
    clientBasedCORS: () => false,
  });
}
