/** vcauth clients submit, verify, send-back, disable, enable: the life of an app. */
import type { Actor } from '../operations/actor.ts';
import { sendBackClient, submitForReview, verifyClient } from '../operations/client-review.ts';
import { disableClient, enableClient } from '../operations/clients.ts';
import type { Client } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { printClient } from './client-print.ts';
import { command } from './command.ts';

const reason = { type: 'text', value: 'TEXT', doc: 'why, for the record' } as const;

type Act = (db: Db, clientId: string, actor: Actor, reason: string) => Promise<Client>;

function step(summary: string, act: Act, example: string, option: typeof reason & { required?: true } = reason) {
  return command({
    summary,
    argument: { name: 'client_id' },
    options: { reason: option },
    examples: [example],
    run: async ({ argument: id, options, out, here }) =>
      printClient(out, await act(await here.database(), id, here.actor(), options.reason ?? '')),
  });
}

/** What others will ask about, so that it must say why. */
function decision(summary: string, act: Act, example: string) {
  return step(summary, act, example, { ...reason, required: true });
}

export const clientLifecycle = {
  submit: step('Put a draft in review', submitForReview, 'clients submit demo-app'),
  verify: decision(
    'Say that VibeCaaS has checked who runs an app',
    verifyClient,
    'clients verify demo-app --reason "Company register and domain checked."',
  ),
  'send-back': decision(
    'Send an app in review, or one that was verified, back to draft',
    sendBackClient,
    'clients send-back demo-app --reason "The privacy policy is missing."',
  ),
  disable: decision(
    'Suspend an app: all its tokens end at once, no new ones until it is enabled',
    disableClient,
    'clients disable demo-app --reason "Reported as fraud."',
  ),
  enable: step('Let a suspended app work again; tokens from before stay dead', enableClient, 'clients enable demo-app'),
};
