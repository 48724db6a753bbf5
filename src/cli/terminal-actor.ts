/** The user at the terminal, for the audit log: the names of the user and of the machine, from the operating system. */
import { hostname, userInfo } from 'node:os';
import type { Actor } from '../operations/actor.ts';

/** `cli:ada@build-7`. `user` overrides the user name, for machines where everybody shares one. */
export function terminalActor(user: string = systemUser()): Actor {
  return { id: `cli:${word(user)}@${word(hostname())}` };
}

/** `ask` queries the operating system. */
export function systemUser(ask: () => { username: string } = userInfo): string {
  try {
    return ask().username;
  } catch {
    // A container may run as a user id without a name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** The name as one word of bounded length, whatever it contains. */
function word(name: string): string {
  return name.slice(0, 64).replace(/[^\w.-]/g, '_') || 'unknown';
}
