/** Problems of an environment, of the server or the gateway. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable and its problem, a text that continues the name. */
export interface ConfigProblem {
  readonly name: string;
  readonly problem: string;
}

/** All problems of an environment. Safe to print: it contains no values of secrets. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ name, problem }) => `  ${name} ${problem}`);
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
