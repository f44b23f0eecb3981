/**
 * Something a person can act on: why a step failed, and what to do about it. Nothing else that fails is shown without a
 * place to look, and neither is shown with a stack trace.
 */
export class Problem extends Error {
  /**
   * @param {string} why what went wrong, in a sentence
   * @param {string} remedy what the reader can do
   */
  constructor(why, remedy) {
    super(why);
    this.name = 'Problem';
    this.remedy = remedy;
  }
}
