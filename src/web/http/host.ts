/**
 * The issuer decides the name of this server, not the request: the engine builds its endpoint addresses and cookies
 * from the host and scheme of the request. Another host name is refused. A missing or different port is accepted,
 * because some clients omit it. Everything that reads host or scheme after this (Koa's `proxy` is on) reads the checked
 * ones.
 */
import type { Context, Next } from 'koa';
import { errorPage } from '../../../views/error.ts';
import { m } from '../../../views/messages/index.ts';
import { isForPrograms } from '../../oidc/response-format.ts';
import { rawHeaderValues } from '../../policy/raw-headers.ts';

export function pinHost(issuer: string, trustProxy: boolean) {
  const { hostname, host, protocol } = new URL(issuer);
  return (ctx: Context, next: Next): Promise<void> | undefined => {
    const target = pathOnly(ctx);
    const { headers, rawHeaders } = ctx.req;
    // RFC 9112 §3.2: two Host headers make the request invalid. Node takes the first, and a proxy may have taken the
    // second.
    const sent = rawHeaderValues(rawHeaders, 'host').length === 1 ? headers.host : undefined;
    const asked = target ?? ((trustProxy && first(headers['x-forwarded-host'])) || sent || '');
    headers['x-forwarded-host'] = host;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    // Nearly everybody sends the issuer's own name, letter for letter.
    if (asked === host || hostnameOf(asked) === hostname) return next();
    ctx.status = 421;
    ctx.set('Link', `<${issuer}>; rel="canonical"`);
    if (!isForPrograms(ctx.path) && ctx.accepts('json', 'html') === 'html') {
      ctx.type = 'html';
      ctx.body = otherName(issuer, ctx.state.requestId as string);
    } else {
      ctx.body = { error: 'misdirected_request', error_description: `This server answers as ${issuer} only`, issuer };
    }
    return undefined;
  };
}

/**
 * RFC 9112 §3.2.2: an absolute address in the request line takes precedence over `Host`. Returns its host and leaves
 * the path, because anything that builds addresses from the request would use its host again.
 */
function pathOnly(ctx: Context): string | undefined {
  const [, host, path] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)(.*)$/i.exec(ctx.req.url ?? '') ?? [];
  if (host === undefined || path === undefined) return undefined;
  ctx.url = ctx.originalUrl = ctx.request.originalUrl = path.startsWith('/') ? path : `/${path}`;
  return host;
}

function otherName(issuer: string, requestId: string): string {
  const words = m().errors.otherName;
  return errorPage({
    title: words.title,
    lead: words.lead(issuer),
    advice: [],
    actions: [{ href: issuer, label: words.goTo(new URL(issuer).host) }],
    requestId,
    time: new Date(),
  });
}

function first(header: string | string[] | undefined): string | undefined {
  return (Array.isArray(header) ? header[0] : header)?.split(',')[0]?.trim();
}

function hostnameOf(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.hostname;
}
