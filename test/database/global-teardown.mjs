/** Stops the run's Postgres when the last size is done, and leaves nothing of it. */
export default async function stopDatabases() {
  globalThis.fairwayTestServerUsers -= 1;
  if (globalThis.fairwayTestServerUsers === 0) await globalThis.fairwayTestServer?.stop();
}
