/** A device that asks by a code, by hand (RFC 8628), and the person who types that code. */
import { createClient } from '../../src/operations/clients.ts';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { post } from './oauth.ts';
import { decide, type Page, type Person, signIn } from './person.ts';
import type { TestServer } from './server.ts';

export interface DeviceAnswer {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}

/** Registers `device`, a command line that asks in no other way, and `other-device`. */
export async function registerDevices(server: Pick<TestServer, 'db'>): Promise<void> {
  for (const [client_id, client_name] of [
    ['device', 'Example Terminal'],
    ['other-device', 'Example Television'],
  ] as const) {
    const client = {
      client_id,
      client_name,
      type: 'native',
      grant_types: [deviceGrantType, 'refresh_token'],
      default_scope: 'projects:read',
    } as const;
    await createClient(server.db, client, { id: 'test' });
  }
}

export function askByDevice(
  server: { issuer: string },
  form: Record<string, string> = { scope: 'projects:read' },
  clientId = 'device',
) {
  return post(server, '/oauth/device_authorization', form, clientId);
}

export async function newDevice(server: { issuer: string }, form?: Record<string, string>): Promise<DeviceAnswer> {
  const { status, body } = await askByDevice(server, form);
  if (status !== 200) throw new Error(`no codes: ${JSON.stringify(body)}`);
  return body as unknown as DeviceAnswer;
}

export function poll(server: { issuer: string }, code: string, clientId = 'device') {
  return post(server, '/oauth/token', { grant_type: deviceGrantType, device_code: code }, clientId);
}

/** Lets the interval of every device pass. */
export async function waitInterval({ db }: Pick<TestServer, 'db'>): Promise<void> {
  await db.pgPool.query("UPDATE device_codes SET answered_at = answered_at - interval '5 minutes'");
}

/** Keeps every device inside its interval, however long the next poll takes to come. */
export async function stayInInterval({ db }: Pick<TestServer, 'db'>): Promise<void> {
  await db.pgPool.query("UPDATE device_codes SET answered_at = clock_timestamp() + interval '1 hour'");
}

/** Lets every code expire. */
export async function expireDevices({ db }: Pick<TestServer, 'db'>): Promise<void> {
  await db.pgPool.query("UPDATE device_codes SET expires_at = clock_timestamp() - interval '1 second'");
}

/** Types the code, up to the page that asks whether it is the person's device. */
export async function typeCode(person: Person, code: string): Promise<Page> {
  return person.submit(await person.visit('/device'), '/device', { user_code: code });
}

/** Says on that page that it is, up to the sign-in or the consent. */
export function confirm(person: Person, page: Page, decision: 'confirm' | 'deny' = 'confirm'): Promise<Page> {
  return person.submit(page, '/device', { decision });
}

/** Types the code, confirms it and signs in, up to the consent. */
export async function reachConsent(server: TestServer, person: Person, code: string): Promise<Page> {
  const page = await confirm(person, await typeCode(person, code));
  return page.text.includes('current-password') ? signIn(person, page, server.person.email) : page;
}

/** The whole way of a person. Returns the last page. */
export async function allowDevice(server: TestServer, person: Person, code: string): Promise<Page> {
  return decide(person, await reachConsent(server, person, code), 'allow');
}
