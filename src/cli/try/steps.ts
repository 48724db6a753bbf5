/** The steps of a trial: printed for a person as they happen, collected for --json. */
import { AppError } from '../../errors.ts';
import type { Exchange, Sent } from '../../flow-demo/wire.ts';
import type { Output } from '../output.ts';

interface Step extends Shown {
  readonly name: string;
  readonly ok: boolean;
  readonly facts?: readonly string[];
}

export interface Steps {
  readonly taken: readonly Step[];
  /** Runs one step. An AppError in it fails the trial, with the step's name in front of the message. */
  take<T>(name: string, work: (tell: Tell) => Promise<T>): Promise<T>;
}

/** A request and its answer as text. */
interface Shown {
  readonly request?: string;
  readonly response?: string;
}

export interface Tell {
  /** A sentence about what this step found. */
  fact(sentence: string): void;
  /** Shows a request with its answer, and fails for any other status. */
  exchange(sent: Sent, expectedStatus: number): Sent['body'];
  /** Shows an exchange that did not go through `send`. */
  show(exchange: Shown): void;
}

export function createSteps(out: Output): Steps {
  const taken: Step[] = [];
  return {
    taken,
    async take(name, work) {
      const facts: string[] = [];
      let shown: Shown = {};
      const say = (text: string) => out.text(indented(text));
      const tell: Tell = {
        fact(sentence) {
          facts.push(sentence);
          say(sentence);
        },
        show(exchange) {
          shown = { ...shown, ...exchange };
          for (const text of Object.values(exchange)) say(text);
        },
        exchange({ status, body, exchange }, expected) {
          tell.show({ request: requestText(exchange.request), response: responseText(exchange.response) });
          if (status === expected) return body;
          const reason = body.error_description ?? body.error ?? 'no reason given';
          throw new AppError('invalid', `the answer was ${status} and not ${expected}: ${reason}`);
        },
      };
      out.text(`${taken.length === 0 ? '' : '\n'}${taken.length + 1}. ${name}`);
      const note = (ok: boolean) => taken.push({ name, ok, ...shown, ...(facts.length > 0 && { facts }) });
      try {
        const result = await work(tell);
        note(true);
        return result;
      } catch (error) {
        note(false);
        if (!(error instanceof AppError)) throw error;
        const wayOut = error.kind === 'unavailable' ? '; npm start starts a server on this machine' : '';
        const reason = `${error.message.replace(/\.$/, '')}${wayOut}`;
        throw new AppError(error.kind, `Step ${taken.length}, ${name}: ${reason}.`);
      }
    },
  };
}

function requestText({ method, url, bearer, form = {} }: Exchange['request']): string {
  const fields = Object.entries(form).map(([name, value]) => `  ${name}=${value}`);
  const header = bearer === undefined ? [] : [`  Authorization: Bearer ${bearer}`];
  return [`${method} ${url}`, ...header, ...fields].join('\n');
}

function responseText({ status, statusText, challenge, body }: Exchange['response']): string {
  const header = challenge === undefined ? [] : [`  WWW-Authenticate: ${challenge}`];
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const fields = Object.entries(body).map(([name, value]) => `  ${name}: ${text(value)}`);
  return [`${status} ${statusText}`, ...header, ...fields].join('\n');
}

function indented(text: string): string {
  return text.replace(/^/gm, '   ');
}
