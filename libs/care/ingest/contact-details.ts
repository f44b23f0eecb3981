import { z } from 'zod';

const emailSchema = z.email().max(254);

/** One plain address, or null: never a list, a display name or a line break. */
export function tidyEmail(text: string | undefined): string | null {
  const outcome = emailSchema.safeParse(text?.trim());
  return outcome.success ? outcome.data : null;
}

/** Digits and a leading plus, or null. */
export function tidyPhone(text: string | undefined): string | null {
  const digits = (text ?? '').replaceAll(/[\s().-]/g, '');
  return /^\+?\d{7,15}$/.test(digits) ? digits : null;
}

/** Upper case with one space before the last three characters, or null when it has not the shape of a UK postcode. */
export function tidyPostcode(text: string | undefined): string | null {
  const packed = (text ?? '').replaceAll(/\s/g, '').toUpperCase();
  if (!/^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/.test(packed)) return null;
  return `${packed.slice(0, -3)} ${packed.slice(-3)}`;
}
