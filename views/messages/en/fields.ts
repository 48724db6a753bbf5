/** Fields of forms. */
export const fields = {
  /** A sentence that begins with the label. */
  problem: (label: string, problem: string) => `${label} ${problem}.`,
};
