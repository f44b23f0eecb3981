interface Listed {
  readonly items: readonly { readonly id: string }[];
}
interface Caught {
  readonly links: readonly string[];
}

/** The embedded mail catcher, read as the people of the demo would read their mail. */
export class MailCatcher {
  constructor(private readonly base: string) {}

  /** The token of the answer link in the newest message to an address; null when there is none. */
  async findReplyToken(address: string): Promise<string | null> {
    const [newest] = (await this.read<Listed>(`?to=${encodeURIComponent(address)}&limit=1`)).items;
    if (!newest) return null;
    const { links } = await this.read<Caught>(`/${newest.id}`);
    return links.map((link) => /\/r\/([\w-]+)$/.exec(link)?.[1]).find((found) => found !== undefined) ?? null;
  }

  /** Makes the catcher take messages and then hang up before saying so, or behave again. */
  async hangUpAfterTaking(on: boolean): Promise<void> {
    const response = await fetch(new URL('/faults', this.base), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode: on ? 'drop-after' : 'ok' }),
    });
    if (!response.ok) throw new Error(`The mail catcher answered ${response.status}.`);
  }

  private async read<Body>(path: string): Promise<Body> {
    const response = await fetch(`${this.base}${path}`);
    if (!response.ok) throw new Error(`The mail catcher answered ${response.status}.`);
    return (await response.json()) as Body;
  }
}
