// For clients that are sites: where they serve, and how they become known to an issuer when they have no words for registering.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const LINES = 60;

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Registers a confidential client with `members` by plain HTTP; answers what the server says of it. */
export async function register(fetch, { registration_endpoint }, registrationToken, members) {
  const answer = await fetch(registration_endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(registrationToken && { authorization: `Bearer ${registrationToken}` }),
    },
    body: JSON.stringify({ token_endpoint_auth_method: 'client_secret_basic', ...members }),
  });
  assert.equal(answer.status, 201);
  return answer.json();
}

/** Starts `program`, and waits until it answers at `url`. */
export async function serve(program, args, url) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = once(child, 'exit');
  const site = {
    /** The last that it said. */
    log: () => log.split('\n').slice(-LINES).join('\n'),
    async close() {
      child.kill();
      await ended;
    },
  };
  for (const end = Date.now() + LIMIT_MS; !(await isServed(url)); await after(50)) {
    if (Date.now() < end && child.exitCode === null) continue;
    child.kill();
    assert.fail(`${program} does not answer:\n${site.log()}`);
  }
  return site;
}

async function isServed(url) {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}
