import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { inPlainWords } from '../api/problem';
import type { Fairway } from '../api/fairway';
import type { Worklist, WorklistItem } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { useTell } from '../parts/notices';
import { useTitle } from '../parts/page';
import { useKeys } from '../shell/keys';
import { useSession } from '../shell/session';
import { count, countUpTo } from '../words/words';
import { Rows } from './rows';
import { nextToDo, steady, type Shown } from './steady-rows';
import type { Draft } from './mistakes';
import { TaskPane } from './task-pane';
import { ViewChips, ViewsNav, VIEWS, type WorkSearch } from './views-nav';

export type WorkDoor = Pick<Fairway, 'worklist' | 'task' | 'claim' | 'release' | 'complete' | 'snooze' | 'cancelRung'>;
type Pages = InfiniteData<Worklist, string | undefined>;

/** One screen to work all day: views, queue, task with its person. */
export function WorkPage({
  api,
  search,
  taskId,
}: {
  api: WorkDoor;
  search: WorkSearch;
  /** The task that is open; null when none is. */
  taskId: string | null;
}): ReactElement {
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const tell = useTell();
  const key = useMemo(() => ['worklist', search.view, search.programme ?? ''], [search.view, search.programme]);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => api.worklist({ ...search, cursor: pageParam, limit: 50 }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const live = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]);
  const first = query.data?.pages[0];
  const counts = useLast(useMemo(() => first && { ...first.counts, upTo: first.countedUpTo }, [first]));
  const programmes = useSeenProgrammes(live);

  const whole = !query.hasNextPage;
  const [shown, setShown] = useState<(Shown & { of: unknown }) | null>(null);
  if (live && shown?.of !== key) setShown({ of: key, items: live, whole });
  const { rows, fresh } = steady(shown?.of === key ? shown : { items: [], whole }, { items: live ?? [], whole });

  const [done, setDone] = useState<ReadonlyMap<string, string>>(new Map());
  const [place, setPlace] = useState<string | null>(null);
  const drafts = useRef(new Map<string, Draft>());
  useTitle(taskId === null ? 'Work' : 'Task');

  const showFresh = (): void => {
    if (live) setShown({ of: key, items: live, whole });
    setDone(new Map());
  };
  const showMore = async (): Promise<void> => {
    const more = await query.fetchNextPage();
    const items = more.data?.pages.flatMap((page) => page.items) ?? [];
    const before = shown?.items ?? [];
    const known = new Set(before.map((item) => item.id));
    setShown({ of: key, items: [...before, ...items.filter((item) => !known.has(item.id))], whole: !more.hasNextPage });
  };

  /** Shows a claim at once, in every list that has the row; the server's answer then decides. */
  const paintClaim = (id: string, mine: boolean): void => {
    const claimedBy = mine && session ? { id: session.user.id, name: session.user.name, you: true } : null;
    client.setQueriesData<Pages>({ queryKey: ['worklist'] }, (pages) =>
      pages
        ? {
            ...pages,
            pages: pages.pages.map((page) => ({
              ...page,
              items: page.items.map((item) => (item.taskId === id ? { ...item, claimedBy } : item)),
            })),
          }
        : pages,
    );
  };
  const settle = (id: string): void => {
    void client.invalidateQueries({ queryKey: ['task', id] });
    void client.invalidateQueries({ queryKey: ['worklist'] });
  };
  const claim = async (id: string): Promise<boolean> => {
    paintClaim(id, true);
    try {
      await api.claim(id);
      return true;
    } catch (error) {
      paintClaim(id, false);
      tell(`Not claimed. ${inPlainWords(error)}`);
      return false;
    } finally {
      settle(id);
    }
  };
  const release = async (id: string): Promise<boolean> => {
    paintClaim(id, false);
    try {
      await api.release(id);
      return true;
    } catch (error) {
      paintClaim(id, true);
      tell(`Not given back. ${inPlainWords(error)}`);
      return false;
    } finally {
      settle(id);
    }
  };
  const claimAndTell = async (id: string): Promise<void> => {
    if (await claim(id)) {
      tell('Claimed: it is yours.', () => void release(id).then((given) => given && tell('Given back to the team.')));
    }
  };
  const releaseAndTell = async (id: string): Promise<void> => {
    if (await release(id)) {
      tell('Given back to the team.', () => void claim(id).then((taken) => taken && tell('Claimed: it is yours.')));
    }
  };

  const getNext = async (after: string | null, alsoDone: string | null): Promise<void> => {
    const finished = new Set(done.keys());
    if (alsoDone !== null) finished.add(alsoDone);
    const next = nextToDo(rows, finished, after);
    if (!next?.taskId) {
      tell(
        fresh > 0
          ? 'Nothing left on this list that is free. Show the new work above it.'
          : 'Nothing left on this list that is free.',
      );
      return;
    }
    if (next.claimedBy === null && !(await claim(next.taskId))) return;
    setPlace(next.id);
    await navigate({ to: '/work/$taskId', params: { taskId: next.taskId }, search });
  };

  const move = (by: 1 | -1): void => {
    const links = [...document.querySelectorAll<HTMLElement>('[data-row]')];
    const now = links.findIndex((link) => link.dataset['row'] === (place ?? taskId));
    const to = links[now === -1 ? 0 : Math.min(Math.max(now + by, 0), links.length - 1)];
    to?.focus();
    to?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    n: () => void getNext(taskId, null),
    c: () => {
      const focused = rows.find((row) => row.item.id === focusedRow())?.item;
      const item = focused ?? rows.find((row) => row.item.taskId === taskId)?.item;
      if (!item?.taskId || done.has(item.id)) return;
      if (item.claimedBy === null) void claimAndTell(item.taskId);
      else if (item.claimedBy.you) void releaseAndTell(item.taskId);
      else tell(`${item.claimedBy.name} has claimed this.`);
    },
  });

  const view = VIEWS.find((one) => one.view === search.view) ?? VIEWS[0];
  return (
    <div className={taskId === null ? 'desk' : 'desk has-task'}>
      <h1 tabIndex={-1} className="hidden-text">
        {taskId === null ? 'Work' : 'Task'}
      </h1>
      <ViewsNav view={search.view} counts={counts} />
      <section className="list" aria-label="Queue" aria-busy={query.isPending}>
        <div className="list-head">
          <h2>
            {search.view === 'needs-us' ? 'My team’s work' : view?.name}{' '}
            <span className="total">{first === undefined ? '' : countUpTo(first.total, first.countedUpTo)}</span>
          </h2>
          <div className="chips" role="group" aria-label="Filter the queue">
            <ViewChips view={search.view} counts={counts} />
            <select
              className="chip"
              aria-label="Programme"
              value={search.programme ?? ''}
              onChange={(event) =>
                void navigate({
                  to: '/work',
                  search: { view: search.view, programme: event.target.value === '' ? undefined : event.target.value },
                })
              }
            >
              <option value="">All programmes</option>
              {programmes.map(([programme, title]) => (
                <option key={programme} value={programme}>
                  {title}
                </option>
              ))}
            </select>
          </div>
        </div>
        <div className="fresh" role="status">
          {fresh > 0 ? (
            <button type="button" onClick={showFresh}>
              {count(fresh)} new, show
            </button>
          ) : null}
        </div>
        <div className="scroll">
          <Loaded query={query} what="the work">
            {() =>
              rows.length === 0 ? (
                <Empty title="Nothing here">
                  <p>{view?.empty}</p>
                </Empty>
              ) : (
                <Rows rows={rows} done={done} search={search} open={taskId} onPlace={setPlace} />
              )
            }
          </Loaded>
          {query.hasNextPage ? (
            <p className="more">
              <button
                type="button"
                className="btn q"
                disabled={query.isFetchingNextPage}
                onClick={() => void showMore()}
              >
                {query.isFetchingNextPage ? 'Loading…' : 'Show more'}
              </button>
            </p>
          ) : null}
        </div>
        <p className="foot" aria-hidden="true">
          <span>
            <kbd>j</kbd> <kbd>k</kbd> move
          </span>
          <span>
            <kbd>c</kbd> claim
          </span>
          <span>
            <kbd>n</kbd> get next
          </span>
          <span>
            <kbd>?</kbd> all keys
          </span>
        </p>
      </section>
      <section className="pane" aria-label="Task">
        {taskId === null ? (
          <Empty title="Choose a row to see what to do and why">
            <p>Opening one reads that person’s record, and that is recorded.</p>
            <div className="btns centre">
              <button type="button" className="btn" onClick={() => void getNext(null, null)}>
                Get next
              </button>
            </div>
          </Empty>
        ) : (
          <TaskPane
            key={taskId}
            api={api}
            taskId={taskId}
            drafts={drafts.current}
            search={search}
            onClaim={() => claimAndTell(taskId)}
            onRelease={() => releaseAndTell(taskId)}
            onSaved={(label) => setDone((before) => new Map(before).set(taskId, label))}
            onNotSaved={() =>
              setDone((before) => {
                const after = new Map(before);
                after.delete(taskId);
                return after;
              })
            }
            onNext={() => getNext(taskId, taskId)}
          />
        )}
      </section>
    </div>
  );
}

function focusedRow(): string | undefined {
  return document.activeElement instanceof HTMLElement ? document.activeElement.dataset['row'] : undefined;
}

/** What was last known, while the next is on its way. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  useEffect(() => {
    if (value !== undefined) setLast(value);
  }, [value]);
  return value ?? last;
}

/** The programmes to filter by: those met on any list so far. */
function useSeenProgrammes(items: readonly WorklistItem[] | undefined): (readonly [string, string])[] {
  const [seen, setSeen] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    if (!items) return;
    setSeen((before) => {
      const met = items.filter((item) => !before.has(item.programme));
      return met.length === 0
        ? before
        : new Map([...before, ...met.map((item) => [item.programme, item.programmeTitle] as const)]);
    });
  }, [items]);
  return [...seen].sort(([, one], [, other]) => one.localeCompare(other));
}
