/** Two-sided 95%: the 0.975 quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Wilson's score interval for a share of `count` in `total`, as fractions (Wilson 1927, without continuity correction). */
export function wilson(count: number, total: number): Interval {
  const z2 = Z95 * Z95;
  const middle = 2 * count + z2;
  const reach = Z95 * Math.sqrt(z2 + 4 * count * (1 - count / total));
  const scale = 2 * (total + z2);
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}
