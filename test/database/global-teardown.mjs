/** Stops the run's Postgres and leaves nothing of it. */
export default async function stopDatabases() {
  await globalThis.fairwayTestServer?.stop();
}
