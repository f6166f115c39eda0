// What was said on the wire, kept until it is known whether anybody has to read it.

const SECRET_MEMBERS = new Set([
  'access_token',
  'client_assertion',
  'client_secret',
  'code',
  'code_verifier',
  'id_token',
  'password',
  'refresh_token',
  'registration_access_token',
  'token',
]);
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'set-cookie']);
const HIDDEN = '[hidden]';

/** A `fetch` that remembers, and the function that prints what it remembers without any secret. */
export function recorder() {
  const exchanges = [];

  async function recordingFetch(resource, options = {}) {
    const exchange = { method: options.method ?? 'GET', url: String(resource), sent: options };
    exchanges.push(exchange);
    const response = await fetch(resource, options);
    exchange.received = { status: response.status, headers: response.headers, body: await response.clone().text() };
    return response;
  }

  function print() {
    for (const { method, url, sent, received } of exchanges) {
      console.error(`\n> ${method} ${url}`);
      printMessage('>', new Headers(sent.headers), sent.body ?? '');
      if (!received) {
        console.error('< (no response)');
        continue;
      }
      console.error(`< ${received.status}`);
      printMessage('<', received.headers, received.body);
    }
  }

  return { fetch: recordingFetch, print };
}

function printMessage(mark, headers, body) {
  for (const [name, value] of headers) console.error(`${mark} ${name}: ${SECRET_HEADERS.has(name) ? HIDDEN : value}`);
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
  if (text) console.error(`${mark} ${withoutSecrets(text)}`);
}

function withoutSecrets(text) {
  try {
    return JSON.stringify(JSON.parse(text), (name, value) => (SECRET_MEMBERS.has(name) ? HIDDEN : value));
  } catch {
    return text.replace(/(^|&)([a-z_]+)=[^&]*/g, (pair, start, name) =>
      SECRET_MEMBERS.has(name) ? `${start}${name}=${HIDDEN}` : pair,
    );
  }
}
