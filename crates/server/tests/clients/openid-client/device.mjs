// openid-client on a device without a browser: it asks, somebody allows it elsewhere, and meanwhile it waits (RFC 8628).
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { isRefused, program } from '../program.mjs';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

await program('openid-client', async ({ issuer, registrationToken, fetch, step, allowDevice }) => {
  const config = await step('discovery and registration', () =>
    client.dynamicClientRegistration(
      issuer,
      {
        client_name: 'openid-client on a device',
        redirect_uris: [],
        response_types: [],
        grant_types: [DEVICE_CODE, 'refresh_token'],
        token_endpoint_auth_method: 'none',
      },
      client.None(),
      {
        initialAccessToken: registrationToken,
        execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
        [client.customFetch]: fetch,
      },
    ),
  );
  const device = await step('device authorization', () =>
    client.initiateDeviceAuthorization(config, { scope: 'openid email' }),
  );
  // It asks before anybody decided, and hears that it has to wait.
  const polling = client.pollDeviceAuthorizationGrant(config, device);
  polling.catch(() => {});
  await step('allowed in a browser', () => allowDevice(device.verification_uri, device.user_code));
  const tokens = await step('tokens', () => polling);
  const { sub } = tokens.claims();
  await step('userinfo', () => client.fetchUserInfo(config, tokens.access_token, sub));
  const refreshed = await step('refresh', () => client.refreshTokenGrant(config, tokens.refresh_token));
  await step('revocation', () => client.tokenRevocation(config, refreshed.refresh_token));
  await step('revoked token is dead', () =>
    isRefused(() => client.refreshTokenGrant(config, refreshed.refresh_token), 'invalid_grant'),
  );
  await step('a device code is good once', async () => {
    const again = client.pollDeviceAuthorizationGrant(config, device);
    await assert.rejects(again, (error) => error.error === 'invalid_grant');
  });
});
