// The receiving end of a native client: a loopback listener that lives for one authorization response (RFC 8252 §7.3).
import { createServer } from 'node:http';
import { once } from 'node:events';

const LOOPBACK_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

export function isLoopback(redirectUri) {
  const url = new URL(redirectUri);
  return url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname);
}

/**
 * Listens where `redirectPrefix` points; port 0 means any free port.
 * Gives the redirect URI with its real port, and a promise of the first URL below it that the browser opens.
 * A response sent by form_post comes back as if it had been sent in the query.
 */
export async function listen(redirectPrefix) {
  const redirectUri = new URL(redirectPrefix);
  let arrive;
  const arrival = new Promise((resolve) => (arrive = resolve));
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, redirectUri);
    if (!url.pathname.startsWith(redirectUri.pathname)) {
      response.writeHead(404).end();
      return;
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    for (const [name, value] of new URLSearchParams(body)) url.searchParams.append(name, value);
    response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' }).end('You may close this window.');
    arrive(url.href);
  });
  const host = redirectUri.hostname === '[::1]' ? '::1' : '127.0.0.1';
  server.listen(Number(redirectUri.port || 80), host);
  await once(server, 'listening');
  redirectUri.port = String(server.address().port);
  return {
    redirectUri: redirectUri.href,
    arrival,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
