/** The value below which a share of the sorted sample lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function round(value: number, places = 1): number {
  return Number(value.toFixed(places));
}

/** One measured line: what, how much, in which unit, and what was asked for where something was. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string;
}

export interface Result {
  readonly bench: string;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}
