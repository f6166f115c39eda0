// oauth4webapi as a public client, discovering by the OAuth name of the metadata (RFC 8414).
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { isRefused, offered, program } from '../program.mjs';

await program('oauth4webapi', async ({ issuer, registrationToken, fetch, redirectUri, step, authorize }) => {
  const options = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: fetch };
  const server = await step('discovery', async () =>
    oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' })),
  );
  const scope = offered(['openid', 'profile', 'email', 'offline_access'], server.scopes_supported);

  const client = await step('registration', async () =>
    oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(
        server,
        {
          client_name: 'oauth4webapi test',
          application_type: 'native',
          redirect_uris: [redirectUri],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'none',
          scope,
        },
        { ...options, initialAccessToken: registrationToken },
      ),
    ),
  );
  assert.equal(client.client_secret, undefined, 'a public client gets no secret');
  const clientAuthentication = oauth.None();

  const codeVerifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const expectedNonce = oauth.generateRandomNonce();
  const authorizationUrl = new URL(server.authorization_endpoint);
  authorizationUrl.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
    nonce: expectedNonce,
    prompt: 'consent',
  });
  const redirect = await step('authorization', () => authorize(authorizationUrl.href));

  const tokens = await step('code exchange', async () => {
    const parameters = oauth.validateAuthResponse(server, client, new URL(redirect), state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      clientAuthentication,
      parameters,
      redirectUri,
      codeVerifier,
      options,
    );
    const checks = { expectedNonce, requireIdToken: true };
    const result = await oauth.processAuthorizationCodeResponse(server, client, response, checks);
    await oauth.validateApplicationLevelSignature(server, response, options);
    return result;
  });
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);

  await step('userinfo', async () =>
    oauth.processUserInfoResponse(
      server,
      client,
      sub,
      await oauth.userInfoRequest(server, client, tokens.access_token, options),
    ),
  );

  const refresh = async (token) =>
    oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(server, client, clientAuthentication, token, options),
    );
  const refreshed = await step('refresh', () => refresh(tokens.refresh_token));
  const refreshToken = refreshed.refresh_token;
  assert.ok(refreshToken, "a public client's refresh token rotates");
  assert.notEqual(refreshToken, tokens.refresh_token);

  await step('revocation', async () =>
    oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, clientAuthentication, refreshToken, options),
    ),
  );
  await step('revoked token is dead', () => isRefused(() => refresh(refreshToken), 'invalid_grant'));
});
