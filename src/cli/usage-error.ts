/** A command line that cannot be understood: the message says what is wrong, the usage is shown below it, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
