/** How an episode can end from outside the script, as the screens say it. */
export const EXIT_TITLES: Readonly<Record<string, string>> = {
  'need-met-by-us': 'We met the need',
  'need-met-by-others': 'Somebody else met the need',
  'no-longer-eligible': 'No longer fits the programme',
  'data-corrected': 'The data was wrong',
  'opted-out': 'Asked us to stop',
  'moved-away': 'Moved away',
  died: 'Died',
  // What older episodes say.
  'need-met': 'The need was met',
};

const CANCELLED: Readonly<Record<string, string>> = {
  'branch-over': 'Another part of the programme came first',
  'done-already': 'Somebody had done it already',
  'moved-to-new-version': 'A newer version of the programme goes on another way',
  'nobody-phoned': 'Nobody phoned in time',
  'pathway-ended': 'The programme has ended',
  'service-reported': 'The service has said how it went',
  'they-replied': 'They have answered',
  'window-passed': 'The time for it has passed',
};

/** Why a task was cancelled: what its pathway did, or that the person left. */
export function cancelledText(because: string): string {
  const exit = EXIT_TITLES[because];
  return CANCELLED[because] ?? (exit ? `The programme has ended: ${lowerFirst(exit)}` : because.replaceAll('-', ' '));
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** An ending by name, as the programme's script titles it. */
export function endingTitle(endings: unknown, ending: string): string {
  const named = listOf<{ key: string; title: string }>(endings).find(({ key }) => key === ending);
  return named?.title ?? EXIT_TITLES[ending] ?? ending.replaceAll('-', ' ');
}

export function listOf<Item>(json: unknown): readonly Item[] {
  return Array.isArray(json) ? (json as Item[]) : [];
}
