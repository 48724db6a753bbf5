/** Libraries without types of their own: as much of them as the tests use. */
declare module 'simple-oauth2' {
  export interface AccessToken {
    readonly token: Record<string, unknown>;
    refresh(): Promise<AccessToken>;
    revokeAll(options: { json: boolean }): Promise<void>;
  }
  export class AuthorizationCode {
    constructor(options: { client: { id: string; secret: string }; auth: Record<string, string> });
    authorizeURL(params: Record<string, string>): string;
    getToken(params: Record<string, string>): Promise<AccessToken>;
  }
}

declare module 'passport-oauth2' {
  export default class Strategy {
    constructor(options: Record<string, unknown>, verify: (...values: never[]) => void);
  }
}
