// People, roles, tenants, keys and clients for a server that has just been started, so that its pages have something to show.
//
//   ORIGIN=… USERNAME=… PASSWORD=… node fill.mjs
import assert from 'node:assert/strict';

const { ORIGIN: origin, USERNAME: username, PASSWORD: password } = process.env;
const using = ['urn:ietf:params:jmap:core', 'urn:stalwart:jmap'];
const credential = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const NAMES = ['Mail', 'Calendar', 'Nightly export', 'Thermostat', 'Notes', 'Build agent', 'Photos', 'Editor'];
const PLACES = ['https://app.example/callback', 'http://127.0.0.1/callback', 'com.example.app:/callback', 'https://b.example/cb'];

const tenant = await create('Tenant', { name: 'Example Ltd', quotas: { maxAccounts: 50, maxOauthClients: 20 } });
const permissions = { 'account-get': true, 'account-query': true, 'oauth-client-get': true, 'oauth-client-query': true };
const role = await create('Role', { description: 'Help desk', enabledPermissions: permissions });
const group = await create('Account', { '@type': 'Group', name: 'engineering', description: 'Engineering' });
for (const name of ['ann', 'ben', 'cleo', 'dora', 'emil']) {
  await create('Account', {
    '@type': 'User',
    name,
    description: `${name[0].toUpperCase()}${name.slice(1)} Example`,
    emails: { [`${name}@example.com`]: true },
    memberGroupIds: name < 'c' ? { [group]: true } : {},
    roles: name === 'dora' ? { '@type': 'Custom', roleIds: { [role]: true } } : { '@type': 'User' },
    isEnabled: name !== 'emil',
    secret: 'violet-harbour-42',
  });
}
await create('Account', { '@type': 'User', name: 'frank', memberTenantId: tenant, roles: { '@type': 'Admin' }, secret: 'violet-harbour-42' });

const register = { authenticate: true, 'oauth-client-registration': true };
const key = await set('ApiKey', { description: 'thermostats', permissions: { '@type': 'Replace', permissions: register } });
await set('AppPassword', { description: 'mail on the old phone' });
for (const [at, name] of NAMES.entries()) {
  const response = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [PLACES[at % PLACES.length]],
      token_endpoint_auth_method: at % 2 ? 'none' : 'client_secret_basic',
      contacts: ['ops@example.com'],
    }),
  });
  assert.equal(response.status, 201, await response.text());
}
await create('OAuthClient', { clientId: 'wiki', description: 'Wiki', redirectUris: { 'https://wiki.example/cb': true }, isVerified: true });
await create('OAuthClient', { clientId: 'old-portal', description: 'Old portal', redirectUris: { 'https://old.example/cb': true }, isEnabled: false });

console.log(JSON.stringify({ clients: NAMES.length + 2 }));

async function create(object, record) {
  return (await set(object, record)).id;
}

async function set(object, record) {
  const response = await fetch(`${origin}/jmap`, {
    method: 'POST',
    headers: { authorization: credential, 'content-type': 'application/json' },
    body: JSON.stringify({ using, methodCalls: [[`x:${object}/set`, { create: { n0: record } }, 'c']] }),
  });
  const said = await response.json();
  const made = said.methodResponses?.[0][1].created?.n0;
  assert.ok(made, JSON.stringify(said));
  return made;
}
