/** What the page says to people who took another way than the next button. */
export type Notice = 'gone' | 'foreign' | 'taken';

export const notices: Record<Notice, { what: string; todo: string }> = {
  gone: { what: 'This walk is over.', todo: 'You started over, or an hour went by. Ask for access to begin another.' },
  foreign: {
    what: 'That answer does not belong to this walk.',
    todo: 'You asked again in the meantime, perhaps in another tab. An app accepts only the answer that it waits for: ask again.',
  },
  taken: { what: 'That step is behind you.', todo: 'You took it already, perhaps in another tab. Go on from here.' },
};
