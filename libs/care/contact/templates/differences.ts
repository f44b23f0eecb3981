import { frameOf } from './frame.js';
import type { LanguageWords, TemplateDefinition, Wording } from './wording.js';

/** Words at one place of a template, such as "English: email, subject". */
interface Said {
  readonly place: string;
  readonly text: string;
}

export interface Difference {
  readonly place: string;
  /** Null where there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What a reader would find changed, in the order a template says it. */
export function differences(before: TemplateDefinition, after: TemplateDefinition): readonly Difference[] {
  const [old, fresh] = [everythingSaid(before), everythingSaid(after)];
  const texts = (said: readonly Said[]) => new Map(said.map(({ place, text }) => [place, text]));
  const [was, is] = [texts(old), texts(fresh)];
  return [...new Set([...fresh, ...old].map(({ place }) => place))]
    .map((place) => ({ place, before: was.get(place) ?? null, after: is.get(place) ?? null }))
    .filter((one) => one.before !== one.after);
}

function everythingSaid({ title, purpose, languages }: TemplateDefinition): readonly Said[] {
  return [
    { place: 'Title', text: title },
    { place: 'Purpose', text: purpose },
    ...Object.entries(languages).flatMap(([tag, words]) => inLanguage(frameOf(tag).name, words)),
  ];
}

function inLanguage(name: string, { status, standard, easyRead }: LanguageWords): readonly Said[] {
  return [
    { place: `${name}: translation`, text: status },
    ...wording(name, standard),
    ...wording(`${name}, easy read`, easyRead),
  ];
}

function wording(name: string, { email, sms, letter, page }: Partial<Wording>): readonly Said[] {
  const at = (place: string, text: string): Said => ({ place: `${name}: ${place}`, text });
  const list = (place: string, texts: readonly string[]): readonly Said[] =>
    texts.map((text, index) => at(`${place}, paragraph ${index + 1}`, text));
  return [
    ...(email
      ? [at('email, subject', email.subject), ...list('email', email.paragraphs), at('email, button', email.button)]
      : []),
    ...(sms === undefined ? [] : [at('text message', sms)]),
    ...(letter ? [at('letter, heading', letter.heading), ...list('letter', letter.paragraphs)] : []),
    ...(page
      ? [
          at('page, heading', page.heading),
          at('page, words', page.body),
          at('page, yes button', page.yes),
          at('page, thanks', page.thanks),
        ]
      : []),
  ];
}
