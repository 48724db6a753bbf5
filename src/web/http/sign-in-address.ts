/** Where the pages of a sign-in lie: beside those of an authorization, or of our own sign-in. */
import { localPath } from './local-path.ts';

/** The page of a step; of a sign-in on our own pages, it keeps where that leads. */
export function addressOf(step: string, uid: string | undefined, next?: string): string {
  return uid === undefined
    ? `/sign-in/${step}?next=${encodeURIComponent(localPath(next))}`
    : `/interaction/${uid}/${step}`;
}
