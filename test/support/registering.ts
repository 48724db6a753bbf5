/** Apps that register themselves (RFC 7591), by hand. */
export interface Registration {
  readonly client_id: string;
  readonly client_id_issued_at: number;
  readonly client_secret?: string;
  readonly client_secret_expires_at?: number;
  readonly registration_client_uri?: string;
  readonly registration_access_token?: string;
  readonly [name: string]: unknown;
}

interface Sender {
  /** The address that a proxy names: the server must trust it. */
  readonly from?: string;
  readonly token?: string | undefined;
  readonly method?: string;
}

export async function sendRegistration(
  url: string,
  body: object | string | undefined,
  { from, token, method = 'POST' }: Sender = {},
): Promise<{ status: number; headers: Headers; body: Registration & { error?: string; error_description?: string } }> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(from !== undefined && { 'X-Forwarded-For': from }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

export function register(server: { issuer: string }, body: object | string, sender?: Sender) {
  return sendRegistration(`${server.issuer}/oauth/register`, body, sender);
}

export async function registered(server: { issuer: string }, body: object, sender?: Sender): Promise<Registration> {
  const answer = await register(server, body, sender);
  if (answer.status !== 201) throw new Error(`not registered: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
