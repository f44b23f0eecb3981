/** A message and the page its link opens. Only the fields of `FIELDS` are put in, as `{{given}}`. */
export interface MessageTemplate {
  readonly name: string;
  /** Says nothing about health: a subject shows on a locked phone. */
  readonly subject: string;
  /** Two or three short paragraphs between the greeting and the button. */
  readonly paragraphs: readonly string[];
  readonly button: string;
  readonly page: {
    readonly heading: string;
    readonly body: string;
    readonly yes: string;
    /** What happens after a yes. */
    readonly thanks: string;
  };
}

export const FIELDS = ['given', 'team', 'practice', 'link', 'stop'] as const;
export type Fields = Readonly<Record<(typeof FIELDS)[number], string>>;
