import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Change } from './views';

const GATHER_MS = 250;
const POLL_MS = 15_000;

/**
 * Keeps the screens true: the server says what changed and only that is asked for again. While the stream is down the lists
 * are asked for every 15 seconds instead. A person's record is read again only when their own episode changed, because
 * every read is recorded.
 */
export function useChanges(signedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!signedIn) return undefined;
    const stream = new EventSource('/api/changes');
    let waiting: Change[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (event: MessageEvent<string>): void => {
      const change = readChange(event.data);
      if (!change) return;
      waiting.push(change);
      timer ??= setTimeout(() => {
        const heard = waiting;
        waiting = [];
        timer = undefined;
        refresh(client, heard);
      }, GATHER_MS);
    };
    stream.addEventListener('message', hear);
    stream.addEventListener('change', hear);
    const poll = setInterval(() => {
      if (stream.readyState !== EventSource.OPEN) refresh(client, []);
    }, POLL_MS);
    // What changed while the stream was down was not heard.
    let opened = false;
    stream.addEventListener('open', () => {
      if (opened) refresh(client, []);
      opened = true;
    });
    return () => {
      stream.close();
      clearInterval(poll);
      clearTimeout(timer);
    };
  }, [client, signedIn]);
}

function readChange(data: string): Change | null {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== 'object' || value === null) return null;
    const what = 'what' in value && typeof value.what === 'string' ? value.what : 'unknown';
    const episode = 'episode' in value && typeof value.episode === 'string' ? value.episode : undefined;
    return { what, episode };
  } catch {
    return null;
  }
}

function refresh(client: QueryClient, changes: readonly Change[]): void {
  void client.invalidateQueries({ queryKey: ['worklist'] });
  void client.invalidateQueries({ queryKey: ['referrals'] });
  const episodes = new Set(changes.map((change) => change.episode).filter((episode) => episode !== undefined));
  if (episodes.size === 0) return;
  void client.invalidateQueries({
    predicate: (query) => {
      const [kind] = query.queryKey;
      if (kind === 'referral') return true;
      return (
        (kind === 'task' || kind === 'person') && episodesOf(query.state.data).some((episode) => episodes.has(episode))
      );
    },
  });
}

/** The episodes on show in a task's or a person's view. */
function episodesOf(data: unknown): string[] {
  if (typeof data !== 'object' || data === null) return [];
  if ('episodeId' in data && typeof data.episodeId === 'string') return [data.episodeId];
  if (!('episodes' in data) || !Array.isArray(data.episodes)) return [];
  return data.episodes.map((episode: { id: string }) => episode.id);
}
