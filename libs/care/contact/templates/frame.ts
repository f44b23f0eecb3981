import type { Answer, Later } from '../reply-link.js';

/** What every message says around a template's words, so that no template can forget it. */
export interface Frame {
  readonly name: string;
  readonly greeting: string;
  /** To who speaks for the person. */
  readonly proxyGreeting: string;
  /** Plain letters only: others make a text message cost more. */
  readonly textGreeting: string;
  readonly textProxyGreeting: string;
  /** Heads a message of several programmes. */
  readonly severalSubject: string;
  readonly several: string;
  readonly choice: string;
  readonly who: string;
  readonly safety: string;
  readonly urgent: string;
  readonly stop: string;
  /** In a letter, where nothing can be pressed. */
  readonly letterLink: string;
  readonly letterStop: string;
  /** The buttons of a reply page that every template has. */
  readonly answers: Readonly<Record<Exclude<Answer, 'yes' | 'later'> | Later, string>>;
  /** Beginnings of words a locked phone must not show. */
  readonly sensitive: readonly string[];
}

const ENGLISH: Frame = {
  name: 'English',
  greeting: 'Hello {{given}},',
  proxyGreeting: 'Hello {{proxy}}. This is for {{given}}. We write to you as you look after them.',
  textGreeting: 'Hello {{given}}.',
  textProxyGreeting: 'Hello {{proxy}}. This is for {{given}}.',
  severalSubject: 'Some offers from your local team',
  several: 'We have more than one thing to ask. You can say yes or no to each.',
  choice: 'It is your choice. Your care does not change if you say no.',
  who: 'We are {{team}}. We work with {{practice}}, and they know that we write to you.',
  safety: 'We will not ask for your password or bank details.',
  urgent: 'Please do not use this message if you need help now. Call 111. If life is at risk, call 999.',
  stop: 'Stop writing to me about this',
  letterLink: 'To tell us what you want, go to this page on a phone or computer:',
  letterStop: 'To stop letters about this, go to this page:',
  answers: {
    'not-now': 'No thank you, not now',
    week: 'Ask me in a week',
    month: 'Ask me in a month',
    'three-months': 'Ask me in 3 months',
    sorted: 'It’s already sorted',
    stop: 'Stop contacting me about this',
  },
  sensitive: [
    ...['health', 'doctor', 'nurse', 'surgery', 'clinic', 'hospital', 'patient', 'pharmac', 'medic', 'illness'],
    ...['smok', 'tobacco', 'cigar', 'vape', 'vaping', 'blood', 'heart', 'stroke', 'diabet', 'cancer', 'screening'],
    ...['vaccin', 'mental', 'depress', 'anxi', 'lonel', 'alcohol', 'drink', 'drug', 'weight', 'pregnan'],
    ...['hous', 'home', 'damp', 'debt', 'carer', 'disab'],
  ],
};

const POLISH: Frame = {
  name: 'Polish',
  greeting: 'Dzień dobry, {{given}}!',
  proxyGreeting: 'Dzień dobry, {{proxy}}! Ta wiadomość dotyczy osoby: {{given}}. Piszemy do Państwa jako opiekuna.',
  textGreeting: 'Dzien dobry, {{given}}.',
  textProxyGreeting: 'Dzien dobry, {{proxy}}. Dotyczy: {{given}}.',
  severalSubject: 'Kilka propozycji od lokalnego zespołu',
  several: 'Mamy kilka pytań. Na każde można odpowiedzieć tak lub nie.',
  choice: 'To Państwa wybór. Odmowa nie zmieni Państwa opieki.',
  who: 'Nazywamy się {{team}}. Pracujemy z przychodnią {{practice}}, która wie, że piszemy.',
  safety: 'Nigdy nie pytamy o hasło ani dane bankowe.',
  urgent: 'Jeśli pomoc jest potrzebna teraz, proszę zadzwonić pod 111. Gdy zagrożone jest życie, pod 999.',
  stop: 'Nie piszcie do mnie więcej w tej sprawie',
  letterLink: 'Aby odpowiedzieć, proszę otworzyć tę stronę w telefonie lub komputerze:',
  letterStop: 'Aby nie dostawać więcej listów w tej sprawie, proszę otworzyć tę stronę:',
  answers: {
    'not-now': 'Nie, dziękuję, nie teraz',
    week: 'Proszę zapytać za tydzień',
    month: 'Proszę zapytać za miesiąc',
    'three-months': 'Proszę zapytać za 3 miesiące',
    sorted: 'Ta sprawa jest już załatwiona',
    stop: 'Proszę się ze mną nie kontaktować w tej sprawie',
  },
  sensitive: [
    ...['zdrow', 'lekarz', 'pielęgniar', 'przychod', 'szpital', 'pacjent', 'aptek', 'leczen', 'chorob'],
    ...['papieros', 'palen', 'tyto', 'krew', 'krwi', 'ciśnien', 'cisnien', 'serc', 'udar', 'cukrzyc', 'rak'],
    ...['szczepi', 'psychi', 'depres', 'samotn', 'alkohol', 'narkot', 'wag', 'ciąż', 'ciaz', 'mieszka', 'dług', 'dlug'],
  ],
};

/** The languages a template may be written in: those whose safety words are here. */
const FRAMES: Readonly<Record<string, Frame>> = { en: ENGLISH, pl: POLISH };
export const LANGUAGES: readonly string[] = Object.keys(FRAMES);

export function frameOf(language: string): Frame {
  return FRAMES[language] ?? ENGLISH;
}

/** The word of a text that says what a message is about; null when there is none. */
export function findSensitive(text: string, language: string): string | null {
  const words = text.replaceAll(/\{\{\w*\}\}/g, ' ').match(/[\p{L}\p{M}]+/gu) ?? [];
  const { sensitive } = frameOf(language);
  return words.find((word) => sensitive.some((start) => word.toLowerCase().startsWith(start))) ?? null;
}
