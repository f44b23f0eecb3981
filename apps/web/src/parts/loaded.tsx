import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { inPlainWords, Problem } from '../api/problem';

/** Shows one of three things, never two: it is loading, it did not load (and how to try again), or what it is. */
export function Loaded<T>({
  query,
  what,
  children,
}: {
  query: UseQueryResult<T>;
  /** As in "Loading the report…" */
  what: string;
  children: (data: T) => ReactNode;
}): ReactElement {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) {
    return (
      <div className="failed" role="alert">
        <p>
          <strong>{capital(what)} did not load.</strong> {inPlainWords(query.error)}
        </p>
        {query.error instanceof Problem && query.error.status === 404 ? null : (
          <button type="button" className="btn q" onClick={() => void query.refetch()}>
            Try again
          </button>
        )}
      </div>
    );
  }
  return (
    <div className="loading" role="status">
      <p>{query.fetchStatus === 'paused' ? `You are offline: ${what} loads when you are back.` : `Loading ${what}…`}</p>
      <div className="bones" aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is here, why it is empty, what to do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }): ReactElement {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
