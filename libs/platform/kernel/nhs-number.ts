/**
 * The ten digits of a valid NHS number, or null. Spaces and hyphens are accepted.
 * Modulus 11 check: NHS Data Dictionary, attribute NHS NUMBER; a check digit of 10 is never issued.
 */
export function parseNhsNumber(text: string): string | null {
  const digits = text.replaceAll(/[\s-]/g, '');
  if (!/^\d{10}$/.test(digits)) return null;
  let sum = 0;
  for (let place = 0; place < 9; place += 1) sum += Number(digits[place]) * (10 - place);
  const check = (11 - (sum % 11)) % 11;
  return check !== 10 && check === Number(digits[9]) ? digits : null;
}

/** 3-3-4, as people read it. */
export function sayNhsNumber(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`;
}
