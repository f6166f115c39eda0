// openid-client as a confidential client: the whole life, from registration to the deletion of what it registered.
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { isRefused, offered, program } from '../program.mjs';

await program('openid-client', async ({ issuer, registrationToken, fetch, redirectUri, step, authorize }) => {
  const config = await step('discovery and registration', () =>
    client.dynamicClientRegistration(
      issuer,
      {
        client_name: 'openid-client test',
        application_type: 'native',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
      client.ClientSecretBasic(),
      {
        initialAccessToken: registrationToken,
        execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
        [client.customFetch]: fetch,
      },
    ),
  );
  const server = config.serverMetadata();
  const registered = config.clientMetadata();
  assert.ok(registered.client_secret, 'a confidential client gets a secret');

  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const authorizationUrl = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: offered(['openid', 'profile', 'email', 'offline_access'], server.scopes_supported),
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    prompt: 'consent',
  });
  const redirect = await step('authorization', () => authorize(authorizationUrl.href));
  const tokens = await step('code exchange', () =>
    client.authorizationCodeGrant(config, new URL(redirect), {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      idTokenExpected: true,
    }),
  );
  const { sub } = tokens.claims();

  await step('userinfo', () => client.fetchUserInfo(config, tokens.access_token, sub));
  await step('introspection', async () => {
    const answer = await client.tokenIntrospection(config, tokens.access_token);
    assert.equal(answer.active, true);
    assert.equal(answer.client_id, registered.client_id);
  });
  const refreshed = await step('refresh', () => client.refreshTokenGrant(config, tokens.refresh_token));
  const refreshToken = refreshed.refresh_token ?? tokens.refresh_token;
  await step('userinfo after refresh', () => client.fetchUserInfo(config, refreshed.access_token, sub));
  await step('revocation', () =>
    client.tokenRevocation(config, refreshToken, { token_type_hint: 'refresh_token' }),
  );
  await step('revoked token is dead', async () => {
    await isRefused(() => client.refreshTokenGrant(config, refreshToken), 'invalid_grant');
    assert.equal((await client.tokenIntrospection(config, refreshToken)).active, false);
  });

  const registration = new URL(registered.registration_client_uri);
  const manage = (method) =>
    client.fetchProtectedResource(config, registered.registration_access_token, registration, method);
  await step('registration read', async () => {
    const response = await manage('GET');
    assert.equal(response.status, 200);
    const record = await response.json();
    assert.equal(record.client_id, registered.client_id);
    // A read may bring a new registration access token; the next request must use it (RFC 7592 §3).
    registered.registration_access_token = record.registration_access_token ?? registered.registration_access_token;
  });
  await step('registration deleted', async () => assert.equal((await manage('DELETE')).status, 204));
  await step('deleted registration is dead', async () => {
    const status = await manage('GET').then(
      (response) => response.status,
      (error) => error.status,
    );
    assert.equal(status, 401);
  });
});
