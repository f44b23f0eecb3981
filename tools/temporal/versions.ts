/** The server version in what `temporal --version` prints, such as `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export function serverOf(printed: string): string | undefined {
  return /Server (\d+\.\d+\.\d+)/.exec(printed)?.[1];
}

/** The Go version in `go env GOVERSION` (go1.26.8) or in a go.mod (go 1.26.8). Empty when there is none. */
export function goOf(text: string): string {
  return /^go ?(\d+\.\d+(?:\.\d+)?)/m.exec(text)?.[1] ?? '';
}

/** Whether one dotted version is the other or later. */
export function atLeast(version: string, oldest: string): boolean {
  const parts = (text: string): number[] => text.split('.').map(Number);
  const [there, wanted] = [parts(version), parts(oldest)];
  for (let at = 0; at < wanted.length; at += 1) {
    const apart = (there[at] ?? 0) - (wanted[at] ?? 0);
    if (apart !== 0) return apart > 0;
  }
  return true;
}
