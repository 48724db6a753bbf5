/** The requests of an app without a secret after the person has answered. */
import type { Attempt } from './authorization.ts';

/** A POST of a form. */
interface FormRequest {
  readonly url: string;
  readonly form: Record<string, string>;
}

/** A form, or a GET, with an access token if there is one. */
export type Request = FormRequest | { readonly url: string; readonly bearer?: string };

export interface Endpoints {
  readonly token: string;
  readonly revocation: string;
}

export interface AppRequests {
  exchange(answered: { code: string; redirectUri: string } & Pick<Attempt, 'verifier'>): FormRequest;
  refresh(refreshToken: string): FormRequest;
  poll(deviceCode: string): FormRequest;
  revoke(token: string): FormRequest;
}

export function appRequests(clientId: string, { token: tokenUrl, revocation }: Endpoints): AppRequests {
  return {
    exchange: ({ code, redirectUri, verifier }) => ({
      url: tokenUrl,
      form: {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        client_id: clientId,
        code_verifier: verifier,
      },
    }),
    refresh: (refreshToken) => ({
      url: tokenUrl,
      form: { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId },
    }),
    poll: (deviceCode) => ({
      url: tokenUrl,
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: deviceCode,
        client_id: clientId,
      },
    }),
    revoke: (token) => ({ url: revocation, form: { token, client_id: clientId } }),
  };
}
