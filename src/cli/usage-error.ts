/**
 * A command line that cannot be understood. The message states the problem, the usage follows, and the exit code is 2.
 */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
