/** Reads the named variables; stops the process with one line that names all that are missing. */
export function readEnvironment<Name extends string>(names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    console.error(`Set these environment variables: ${missing.join(', ')}`);
    process.exit(2);
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}

/** A TCP port from the environment; stops the process when it is none. */
export function readPort(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  console.error(`${name} must be a port number, not "${text}"`);
  process.exit(2);
}
