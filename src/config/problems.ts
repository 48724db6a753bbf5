/** What can be wrong with an environment, this server's or the gateway's. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** One variable and what is wrong with it; `problem` reads on after the name. */
export interface ConfigProblem {
  readonly name: string;
  readonly problem: string;
}

/** Everything that is wrong with an environment, at once. Safe to print: no values of secrets. */
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
