/** The authenticator that Chromium brings for tests (WebAuthn §11, "User Agent Automation"). Detaching any session of its window ends it. */
import type { Page } from 'playwright-core';

export interface VirtualAuthenticator {
  /** The ids of the passkeys that it keeps. */
  ids(): Promise<string[]>;
}

/** Plugs one into the window. It belongs to the device, keeps passkeys, and recognises its user. */
export async function plugIn(page: Page): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId: id } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async ids() {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId: id });
      return credentials.map(({ credentialId }) => credentialId);
    },
  };
}
