/**
 * The methods of the engine's endpoints. Endpoints that browser apps of other origins may call also support OPTIONS.
 */
export const engineRoutes: Readonly<Record<string, readonly string[]>> = {
  '/oauth/authorize': ['GET', 'HEAD'],
  '/oauth/token': ['POST', 'OPTIONS'],
  '/oauth/revoke': ['POST', 'OPTIONS'],
  '/oauth/introspect': ['POST', 'OPTIONS'],
  '/oauth/par': ['POST', 'OPTIONS'],
  '/oauth/device_authorization': ['POST', 'OPTIONS'],
  '/oauth/userinfo': ['GET', 'HEAD', 'POST', 'OPTIONS'],
  '/oauth/jwks': ['GET', 'HEAD', 'OPTIONS'],
  '/.well-known/oauth-authorization-server': ['GET', 'HEAD', 'OPTIONS'],
  '/.well-known/openid-configuration': ['GET', 'HEAD', 'OPTIONS'],
  '/oauth/logout': ['GET', 'HEAD'],
  '/oauth/logout/confirm': ['POST'],
  '/oauth/logout/success': ['GET', 'HEAD'],
};

/** Returns an empty list for an address that is not the engine's. */
export function engineMethods(path: string): readonly string[] {
  return engineRoutes[path] ?? [];
}
