// oidc-agent: registers by itself, waits until somebody typed its code, hands tokens to the programs of this computer, and in the end
// deletes what it registered.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { debian, program } from '../program.mjs';

// The name that a person gives the account.
const NAME = 'wayleave';
const LIMIT_MS = 60_000;
// Nobody sits before it: what it asks for comes with the command, and its questions are answered yes.
const ALONE = ['--prompt', 'none', '--pw-env', '--confirm-yes'];

await program('oidc-agent', flow, debian('oidc-agent-cli'));

async function flow({ issuer, registrationToken, fetch, step, allowDevice }) {
  const authority = issuer.href.replace(/\/$/, '');
  const metadata = await (await fetch(`${authority}/.well-known/openid-configuration`)).json();
  const subject = async (token) => {
    const answer = await fetch(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 200);
    return (await answer.json()).sub;
  };
  const agent = await serve();
  try {
    const account = ['--issuer', authority, '--scope', 'openid profile offline_access', '--flow', 'device'];
    // Its registration takes an API key where others would send an access token.
    const credential = registrationToken ? ['--at', registrationToken] : [];
    const waiting = agent.start('oidc-gen', [...account, ...credential, ...ALONE, NAME]);
    const [, verificationUri, userCode] = await step('discovery, registration and device authorization', () =>
      waiting.says(/visit:\s+(\S+)[^]*enter the code: (\S+)/),
    );
    await step('allowed in a browser', () => allowDevice(verificationUri, userCode));
    await step('tokens', () => waiting.done());
    const token = await step('a program is given a token, and userinfo', async () => {
      const given = agent.run('oidc-token', [NAME]);
      assert.ok(await subject(given));
      return given;
    });
    await step('a new token by refresh', async () => {
      const given = agent.run('oidc-token', ['--force-new', NAME]);
      assert.notEqual(given, token);
      assert.equal(await subject(given), await subject(token));
    });
    const kept = JSON.parse(agent.run('oidc-gen', ['--print', NAME, '--pw-env']));
    const registration = () =>
      fetch(kept.registration_client_uri, { headers: { authorization: `Bearer ${kept.registration_access_token}` } });
    assert.equal((await registration()).status, 200);
    await step('registration deleted', () => agent.run('oidc-gen', ['--delete', NAME, ...ALONE]));
    await step('deleted registration is dead', async () => {
      assert.equal((await registration()).status, 401);
      const answer = await fetch(metadata.token_endpoint, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${kept.client_id}:${kept.client_secret}`)}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: kept.refresh_token }),
      });
      assert.equal((await answer.json()).error, 'invalid_client');
    });
  } catch (error) {
    error.stack += `\n\n${agent.said()}`;
    throw error;
  } finally {
    await agent.close();
  }
}

/** The agent in a folder of its own, and the commands that talk to it. */
async function serve() {
  const folder = mkdtempSync(join(tmpdir(), 'oidc-agent-'));
  const socket = join(folder, 'socket');
  const env = {
    ...process.env,
    HOME: folder,
    OIDC_CONFIG_DIR: folder,
    OIDC_SOCK: socket,
    OIDC_ENCRYPTION_PW: randomUUID(),
  };
  let said = '';
  const start = (name, args, timeout = LIMIT_MS) => {
    const child = spawn(name, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout });
    const ended = once(child, 'exit').then(([status]) => assert.equal(status, 0, `${name} ended with ${status}`));
    ended.catch(() => {});
    let heard = '';
    const listeners = new Set();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        heard += text;
        said += text;
        for (const listener of listeners) listener();
      });
    }
    return {
      child,
      done: () => ended,
      /** What it prints, as soon as `pattern` matches it. */
      says: (pattern) =>
        Promise.race([
          new Promise((resolve) => {
            const listener = () => {
              const found = pattern.exec(heard);
              if (found) resolve(found);
            };
            listeners.add(listener);
            listener();
          }),
          ended.then(() => assert.fail(`${name} ended without ${pattern}`)),
        ]),
    };
  };
  const agent = start('oidc-agent', ['--console', '--socket-path', socket], 0);
  for (const end = Date.now() + LIMIT_MS; !existsSync(socket); await after(20)) {
    assert.ok(Date.now() < end && agent.child.exitCode === null, said);
  }
  return {
    start,
    run: (name, args) => execFileSync(name, args, { env, encoding: 'utf8', timeout: LIMIT_MS, stdio: ['ignore', 'pipe', 'pipe'] }).trim(),
    // Without the picture of the code.
    said: () => said.replace(/^\x1b.*\n/gm, ''),
    async close() {
      agent.child.kill();
      await agent.done().catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
