/** Fields of forms. */
export const fields = {
  /** A sentence that begins with the label. */
  problem: (label: string, problem: string) => `${label} ${problem}.`,
  /** About a group of choices. */
  chooseOne: 'Choose one of these.',
  chooseSome: 'Choose at least one of these.',
};
