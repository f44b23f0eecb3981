// Ofcom's National Telephone Numbering Plan: mobile numbers begin 07, but for 070 (personal numbers) and 076 (pagers),
// where 07624 is mobile again (Isle of Man).
const MOBILE = /^07(?:[1-57-9]\d{8}|624\d{6})$/;

/** A mobile number of the United Kingdom as 07…, or null. Spaces, brackets, hyphens and +44 are accepted. */
export function parseMobileNumber(text: string): string | null {
  const digits = text.replaceAll(/[\s().-]/g, '').replace(/^(?:\+|00)440?/, '0');
  return MOBILE.test(digits) ? digits : null;
}
