/** What a client was told: an operation counts from the moment it was acknowledged. */
export class Ledger {
  private readonly told = new Map<string, Set<string>>();

  acknowledge(operation: string, subject: string): void {
    const subjects = this.told.get(operation) ?? new Set();
    this.told.set(operation, subjects.add(subject));
  }

  of(operation: string): string[] {
    return [...(this.told.get(operation) ?? [])];
  }
}

/** The same numbers for the same seed (Numerical Recipes' linear congruence), each from 0 up to 1. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The values that come more than once. */
export function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}
