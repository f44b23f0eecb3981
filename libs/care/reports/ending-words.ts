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

/** An ending by name, as the programme's script titles it. */
export function endingTitle(endings: unknown, ending: string): string {
  const named = listOf<{ key: string; title: string }>(endings).find(({ key }) => key === ending);
  return named?.title ?? EXIT_TITLES[ending] ?? ending.replaceAll('-', ' ');
}

export function listOf<Item>(json: unknown): readonly Item[] {
  return Array.isArray(json) ? (json as Item[]) : [];
}
