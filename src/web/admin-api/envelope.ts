/** The envelope that every answer has. */
import type { Context } from 'koa';
import type { NumberedPage } from '../../store/admin-lists.ts';
import type { Refusal } from './refusal.ts';

export function meta(ctx: Context): { request_id: string; timestamp: string } {
  return { request_id: ctx.state.requestId as string, timestamp: new Date().toISOString() };
}

export function pagination({ page, per_page }: NumberedPage, total: number): object {
  const total_pages = Math.ceil(total / per_page);
  return { page, per_page, total, total_pages, has_next: page < total_pages, has_previous: page > 1 };
}

export function refuse(ctx: Context, { status, code, message, details, headers }: Refusal): void {
  ctx.status = status;
  ctx.set(headers);
  ctx.body = { success: false, error: { code, message, ...(details && { details }) }, meta: meta(ctx) };
}
