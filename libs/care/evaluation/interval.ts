/** Two-sided 95%: the 0.975 quantile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How many of how many: 0 ≤ count ≤ total, and total above 0. */
export interface Proportion {
  readonly count: number;
  readonly total: number;
}

/**
 * Wilson's 95% score interval for a share of `count` in `total`, as fractions of 1 (Wilson 1927, J Am Stat Assoc
 * 22:209–212, without continuity correction). Throws RangeError when they are no proportion.
 */
export function wilson(count: number, total: number): Interval {
  if (!(total > 0 && count >= 0 && count <= total)) throw new RangeError(`No proportion: ${count} of ${total}`);
  const z2 = Z95 * Z95;
  const middle = 2 * count + z2;
  const reach = Z95 * Math.sqrt(z2 + 4 * count * (1 - count / total));
  const scale = 2 * (total + z2);
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}
