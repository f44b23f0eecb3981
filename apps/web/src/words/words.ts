const LANGUAGES = new Intl.DisplayNames('en-GB', { type: 'language', fallback: 'code' });

/** 999 012 3454. */
export function nhsNumber(digits: string): string {
  return digits.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');
}

/** en -> English. What is not a language tag is shown as it came. */
export function language(tag: string): string {
  try {
    return LANGUAGES.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** stop-smoking -> Stop smoking; task.completed -> Task completed. */
export function sentence(key: string): string {
  const words = key.replace(/[-_.]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** 12,345. */
export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** 12, or 1,000+ where counting stopped there. */
export function countUpTo(value: number, upTo = Infinity): string {
  return value >= upTo ? `${count(upTo)}+` : count(value);
}
