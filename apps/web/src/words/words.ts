const LANGUAGES = new Intl.DisplayNames('en-GB', { type: 'language', fallback: 'code' });

/** 999 012 3454. */
export function nhsNumber(digits: string): string {
  return digits.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');
}

/** en -> English. What is not a language tag is shown as it came. */
export function language(tag: string): string {
  try {
    return sentence(LANGUAGES.of(tag) ?? tag);
  } catch {
    return tag;
  }
}

const SHORT_FORMS = /\b(?:gp|nhs|copd|qof)\b/gi;

/** stop-smoking -> Stop smoking; task.completed -> Task completed; gp-record -> GP record; contactShown -> Contact shown. */
export function sentence(key: string): string {
  const words = key
    .replace(/[-_.]+/g, ' ')
    .replace(/([a-z])([A-Z])(?=[a-z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .trim();
  const short = words.replace(SHORT_FORMS, (form) => form.toUpperCase());
  return short.charAt(0).toUpperCase() + short.slice(1);
}

/** EXAMPLE SURGERY -> Example Surgery: the national list of practices shouts. */
export function unshouted(name: string): string {
  return name === name.toUpperCase()
    ? name.toLowerCase().replace(/(^|[\s(-])\p{L}/gu, (start) => start.toUpperCase())
    : name;
}

/** 12,345. */
export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** 12, or 1,000+ where counting stopped there. */
export function countUpTo(value: number, upTo = Infinity): string {
  return value >= upTo ? `${count(upTo)}+` : count(value);
}
