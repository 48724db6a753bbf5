/** Tells `vcauth doctor --url` what arrived here (policy/seen-request.ts). */
import type { Context } from 'koa';
import { rawHeaderValues } from '../../policy/raw-headers.ts';
import {
  parseQuestion,
  questionHeader,
  questionPurpose,
  questionText,
  type SeenRequest,
} from '../../policy/seen-request.ts';
import type { WebDeps } from '../deps.ts';

export type SeenRequestDeps = Pick<WebDeps, 'config' | 'sealer'>;

/** Undefined for callers that do not have SECRETS. */
export function seenRequest(ctx: Context, { config, sealer }: SeenRequestDeps): SeenRequest | undefined {
  const question = parseQuestion(ctx.get(questionHeader), Date.now() / 1000);
  if (!question) return undefined;
  const text = questionText(config.issuer, question.atSeconds);
  if (!sealer.verifyMac(questionPurpose, text, question.mac)) return undefined;
  // What other middlewares have rewritten is still in the raw headers.
  const sent = (name: string) => rawHeaderValues(ctx.req.rawHeaders, name).join(', ').slice(0, 500) || null;
  return {
    trust_proxy: config.trustProxy,
    address: ctx.ip,
    peer: ctx.req.socket.remoteAddress ?? '',
    host: sent('host') ?? '',
    forwarded_for: sent('x-forwarded-for'),
    forwarded_host: sent('x-forwarded-host'),
    forwarded_proto: sent('x-forwarded-proto'),
  };
}
