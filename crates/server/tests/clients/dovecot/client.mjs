// Dovecot asks about the tokens that a mail program brings by OAUTHBEARER and XOAUTH2: of the introspection endpoint with
// credentials of its own, and of userinfo with the token itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as client from 'openid-client';
import { debian, program } from '../program.mjs';

const DOVECOT = '/usr/sbin/dovecot';
const LIMIT_MS = 20_000;

await program('Dovecot', flow, debian('dovecot-core'));

async function flow({ issuer, registrationToken, fetch, redirectUri, step, authorize, credentials }) {
  const config = await step('a mail program registers', () =>
    client.dynamicClientRegistration(
      issuer,
      { client_name: 'Mail', application_type: 'native', redirect_uris: [redirectUri] },
      client.ClientSecretBasic(),
      {
        initialAccessToken: registrationToken,
        execute: [client.allowInsecureRequests],
        [client.customFetch]: fetch,
      },
    ),
  );
  const { client_id, client_secret } = config.clientMetadata();
  const { introspection_endpoint, userinfo_endpoint } = config.serverMetadata();
  const tokens = await step('and is allowed', async () => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    return client.authorizationCodeGrant(config, new URL(await authorize(url.href)), { pkceCodeVerifier });
  });

  const introspection = new URL(introspection_endpoint);
  introspection.username = client_id;
  introspection.password = client_secret;
  const ways = {
    'introspection by POST': {
      introspection_mode: 'post',
      introspection_url: introspection.href,
      force_introspection: 'yes',
      active_attribute: 'active',
      active_value: 'true',
      username_attribute: 'username',
    },
    'userinfo with the token itself': {
      introspection_mode: 'auth',
      introspection_url: userinfo_endpoint,
      force_introspection: 'yes',
      username_attribute: 'preferred_username',
    },
  };
  for (const [way, settings] of Object.entries(ways)) {
    const server = await serve(settings);
    try {
      await step(`OAUTHBEARER: ${way}`, async () => {
        const answer = await server.authenticate('OAUTHBEARER', oauthbearer(credentials.username, tokens.access_token));
        assert.match(answer, /^a OK /m, answer);
      });
      await step(`XOAUTH2: ${way}`, async () => {
        const answer = await server.authenticate('XOAUTH2', xoauth2(credentials.username, tokens.access_token));
        assert.match(answer, /^a OK /m, answer);
      });
      await step(`a token of nobody is refused: ${way}`, async () => {
        const answer = await server.authenticate('OAUTHBEARER', oauthbearer(credentials.username, 'nobody'));
        assert.match(answer, /^(\+|a NO) /m, answer);
        assert.doesNotMatch(answer, /^a OK /m);
      });
    } catch (error) {
      error.stack += `\n\n${server.log()}`;
      throw error;
    } finally {
      await server.close();
    }
  }
}

/** RFC 7628 §3.1. */
function oauthbearer(user, token) {
  return Buffer.from(`n,a=${user},\x01auth=Bearer ${token}\x01\x01`).toString('base64');
}

function xoauth2(user, token) {
  return Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64');
}

/** Dovecot in a folder of its own. */
async function serve(settings) {
  const folder = mkdtempSync(join(tmpdir(), 'dovecot-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'mail'));
  chmodSync(join(folder, 'mail'), 0o777);
  const port = await freePort();
  const template = readFileSync(new URL('dovecot.conf', import.meta.url), 'utf8');
  const variables = { FOLDER: folder, PORT: port };
  const configuration = join(folder, 'dovecot.conf');
  writeFileSync(configuration, template.replaceAll(/\$\{(\w+)\}/g, (_, name) => variables[name]));
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(join(folder, 'oauth2.conf'), lines.join(''));
  const server = spawn(DOVECOT, ['-c', configuration, '-F'], { stdio: 'ignore' });
  return {
    authenticate: (mechanism, response) => converse(port, `a AUTHENTICATE ${mechanism} ${response}\r\n`),
    log: () => readFileSync(join(folder, 'log'), 'utf8'),
    async close() {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Says `line` to whoever greets on `port`, which may still be starting, and answers what comes back. */
async function converse(port, line) {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const socket = createConnection(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
    } catch (error) {
      if (Date.now() > end) throw error;
      continue;
    }
    socket.setTimeout(LIMIT_MS, () => socket.destroy());
    let heard = '';
    for await (const chunk of socket) {
      heard += chunk;
      if (line && /^\* OK .*\r\n/m.test(heard)) {
        socket.write(line);
        line = undefined;
      } else if (/^(a (OK|NO|BAD)|\+) .*\r\n/m.test(heard)) {
        break;
      }
    }
    return heard;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
