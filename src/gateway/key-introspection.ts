/**
 * Asks the server about API keys by their hashes: all that wait go in one request (docs/gateway.md). A gateway that starts meets
 * thousands of keys at once.
 */
import { type KeyQuestions, questionBounds, type UsedKey } from '../policy/key-questions.ts';
import { basicAuthorization, type Credentials, requestJson } from './http.ts';

export interface KeyIntrospectionOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly fetch: typeof fetch;
}

export interface KeyIntrospection {
  /** The answer about the key with this hash, asked after this call began. Throws if the server does not answer. */
  ask(hash: string): Promise<unknown>;
  /** Reports uses, at most `questionBounds.used` of them. */
  report(used: readonly UsedKey[]): Promise<void>;
}

/** While two requests run, others gather, so a slow server gets fewer and larger ones. */
const maxRequests = 2;
/** The answers about these take two seconds at the most. */
const maxWaiting = 10_000;
const maxAnswerChars = 1_000_000;

interface Question {
  readonly hash: string;
  readonly answer: Promise<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export function createKeyIntrospection({ url, credentials, fetch }: KeyIntrospectionOptions): KeyIntrospection {
  const waiting = new Map<string, Question>();
  let requests = 0;
  let isScheduled = false;

  async function post(body: KeyQuestions): Promise<Record<string, unknown>> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const init = {
      method: 'POST',
      headers: { ...headers, authorization: basicAuthorization(credentials) },
      body: JSON.stringify(body),
    };
    return (await requestJson(fetch, url, init, maxAnswerChars)).body;
  }

  async function send(questions: readonly Question[]): Promise<void> {
    try {
      const { keys: answers } = await post({ keys: questions.map(({ hash }) => hash), used: [] });
      if (!Array.isArray(answers) || answers.length !== questions.length) throw new Error(`${url} leaves out answers`);
      questions.forEach(({ resolve }, index) => {
        resolve(answers[index]);
      });
    } catch (error) {
      for (const { reject } of questions) reject(error as Error);
    }
  }

  /** After all that this turn of the event loop asks. */
  function schedule(): void {
    if (isScheduled || requests >= maxRequests || waiting.size === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      const questions = [...waiting.values().take(questionBounds.keys)];
      for (const { hash } of questions) waiting.delete(hash);
      requests += 1;
      void send(questions).finally(() => {
        requests -= 1;
        schedule();
      });
      schedule();
    });
  }

  return {
    // A question that was sent may have been answered before this call began, so only one that waits is shared.
    async ask(hash) {
      const known = waiting.get(hash);
      if (known) return known.answer;
      if (waiting.size >= maxWaiting) throw new Error(`More than ${maxWaiting} keys wait for an answer`);
      const question = newQuestion(hash);
      waiting.set(hash, question);
      schedule();
      return question.answer;
    },
    async report(used) {
      await post({ keys: [], used });
    },
  };
}

function newQuestion(hash: string): Question {
  let settle!: Pick<Question, 'resolve' | 'reject'>;
  const answer = new Promise<unknown>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { hash, answer, ...settle };
}
