/** Who sits at the terminal, for the audit log: the operating system's name of the user, and of the machine. */
import { hostname, userInfo } from 'node:os';
import type { Actor } from '../operations/actor.ts';

/** `cli:ada@build-7`. `user` is who it is said to be, where the operating system knows only a shared one. */
export function terminalActor(user: string = systemUser()): Actor {
  return { id: `cli:${word(user)}@${word(hostname())}` };
}

/** `ask` is how the system is asked. */
export function systemUser(ask: () => { username: string } = userInfo): string {
  try {
    return ask().username;
  } catch {
    // A container may run as a number that has no name there.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** One word of bounded length, whatever the system calls it. */
function word(name: string): string {
  return name.slice(0, 64).replace(/[^\w.-]/g, '_') || 'unknown';
}
