// The frame around each node client: environment in, one line of JSON out, the exchanges on failure.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { authorize } from './browser/authorize.mjs';
import { allowDevice } from './browser/device.mjs';
import { listen } from './browser/loopback.mjs';
import { recorder } from './exchanges.mjs';

/**
 * Runs `flow` as the client `name`. It receives the issuer, the registration token (or undefined), a recording
 * `fetch`, `step(name, action)`, `redirectUri`, `authorize(url)`, which answers with the final redirect URL, and
 * `allowDevice(verificationUri, userCode)`. A client that listens itself gives `authorize` a promise of its own
 * `arrival`; one with a browser of its own fills in the `credentials` itself. `origin` says which version it is and
 * where it came from. What `flow` answers is a note for the table: what somebody has to know before it works.
 */
export async function program(name, flow, origin = npm(name)) {
  const { ISSUER, USERNAME, PASSWORD, REGISTRATION_TOKEN } = process.env;
  if (!ISSUER || !USERNAME || !PASSWORD) {
    console.error('ISSUER, USERNAME and PASSWORD must be set; REGISTRATION_TOKEN may be.');
    process.exit(2);
  }
  const record = recorder();
  const steps = [];
  let current = 'start';
  const listener = await listen('http://127.0.0.1:0/callback');
  try {
    const note = await flow({
      issuer: new URL(ISSUER),
      registrationToken: REGISTRATION_TOKEN || undefined,
      fetch: record.fetch,
      redirectUri: listener.redirectUri,
      credentials: { username: USERNAME, password: PASSWORD },
      async step(what, action) {
        current = what;
        const outcome = await action();
        steps.push(what);
        return outcome;
      },
      authorize: (url, receiver = listener) =>
        authorize({
          authorizationUrl: url,
          redirectPrefix: listener.redirectUri,
          username: USERNAME,
          password: PASSWORD,
          listener: receiver,
        }),
      allowDevice: (verificationUri, userCode) =>
        allowDevice({ verificationUri, userCode, username: USERNAME, password: PASSWORD }),
    });
    console.log(JSON.stringify({ client: name, ...origin, steps, note }));
  } catch (error) {
    record.print();
    console.error(`\n${name} failed at "${current}", after: ${steps.join(', ') || 'nothing'}`);
    console.error(error.stack);
    for (const member of ['code', 'status', 'error', 'error_description']) {
      if (error[member]) console.error(`${member}: ${error[member]}`);
    }
    if (error.cause instanceof Error) console.error(`cause: ${error.cause.message}`);
    process.exitCode = 1;
  } finally {
    listener.close();
  }
}

/** The scopes of `wanted` that the server says it has; all of them where it says nothing. */
export function offered(wanted, scopesSupported) {
  return wanted.filter((scope) => !scopesSupported || scopesSupported.includes(scope)).join(' ');
}

/** Passes when `action` is refused with the OAuth error `code`. */
export async function isRefused(action, code) {
  await assert.rejects(action, (error) => {
    assert.equal(error.error, code, error.stack);
    return true;
  });
}

function npm(name) {
  const { version } = JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url)));
  return { version, from: 'npm' };
}

/** For a program that came as the package `name` of the system. */
export function debian(name) {
  const version = execFileSync('dpkg-query', ['--show', '--showformat=${Version}', name], { encoding: 'utf8' });
  return { version, from: 'Debian' };
}
