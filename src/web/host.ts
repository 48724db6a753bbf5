/**
 * The issuer decides what this server is called, not the request: the engine builds its endpoint addresses and cookies
 * from the request's host and scheme. Another host name is refused; a missing or other port is no difference, since some
 * clients leave it out. Whoever reads host, scheme or address after this (with Koa's `proxy` on) reads the checked ones.
 */
import type { Context, Next } from 'koa';

export function pinHost(issuer: string, trustProxy: boolean) {
  const { hostname, host, protocol } = new URL(issuer);
  return async (ctx: Context, next: Next): Promise<void> => {
    const { headers } = ctx.req;
    const asked = (trustProxy && first(headers['x-forwarded-host'])) || headers.host || '';
    headers['x-forwarded-host'] = host;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    if (!trustProxy) delete headers['x-forwarded-for'];
    if (hostnameOf(asked) === hostname) return next();
    ctx.status = 421;
    ctx.set('Link', `<${issuer}>; rel="canonical"`);
    ctx.body = { error: 'misdirected_request', error_description: `This server answers as ${issuer} only`, issuer };
  };
}

function first(header: string | string[] | undefined): string | undefined {
  return (Array.isArray(header) ? header[0] : header)?.split(',')[0]?.trim();
}

function hostnameOf(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.hostname;
}
