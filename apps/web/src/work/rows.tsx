import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { WorklistItem } from '../api/views';
import { DemoTag } from '../parts/tag';
import { due } from '../words/dates';
import { marksOf } from './marks';
import type { Row } from './steady-rows';
import type { WorkSearch } from './views-nav';

const NEEDS_CARE = /pregnan|damp|homeless|no fixed|heat|declined/i;
const CORE20 = /core20/i;

/** The queue. Each row is one stop, whose name is all that is written on it. */
export function Rows({
  rows,
  done,
  search,
  open,
  onPlace,
}: {
  rows: readonly Row[];
  /** What was chosen for rows saved just now. */
  done: ReadonlyMap<string, string>;
  search: WorkSearch;
  open: string | null;
  /** The row the keyboard is on. */
  onPlace: (id: string) => void;
}): ReactElement {
  return (
    <ul className="rows">
      {rows.map(({ item, gone }) => {
        const saved = done.get(item.id);
        const current = item.taskId !== null && item.taskId === open;
        const past = gone || saved !== undefined;
        const inside = <RowText item={item} past={past} saved={saved} />;
        const shared = {
          'data-row': item.id,
          className: past ? 'row past' : 'row',
          onFocus: () => onPlace(item.id),
        };
        return (
          <li key={item.id}>
            {item.taskId === null ? (
              <Link to="/people/$personId" params={{ personId: item.personId }} {...shared}>
                {inside}
              </Link>
            ) : (
              <Link
                to="/work/$taskId"
                params={{ taskId: item.taskId }}
                search={search}
                aria-current={current ? 'true' : undefined}
                activeProps={{ 'aria-current': current ? 'true' : undefined }}
                {...shared}
              >
                {inside}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function RowText({
  item,
  past,
  saved,
}: {
  item: WorklistItem;
  past: boolean;
  saved: string | undefined;
}): ReactElement {
  return (
    <>
      <span className="t">{item.title}</span>
      <DueText item={item} past={past} />
      <span className="p">{item.personLabel}</span>
      <span className="own">
        {past ? (saved === undefined ? 'Done by someone, or ended' : `Saved: ${saved}`) : owner(item)}
      </span>
      {item.tags.length > 0 || item.demo || marksOf(item).length > 0 ? (
        <span className="w">
          {marksOf(item).map((mark) => (
            <span key={mark} className="why k">
              {mark}
            </span>
          ))}
          {item.tags.map((tag) => (
            <span key={tag} className={NEEDS_CARE.test(tag) ? 'why k' : CORE20.test(tag) ? 'why c' : 'why'}>
              {tag}
            </span>
          ))}
          <DemoTag demo={item.demo} />
        </span>
      ) : null}
    </>
  );
}

function DueText({ item, past }: { item: WorklistItem; past: boolean }): ReactElement {
  if (past) return <span className="due">Done</span>;
  if (item.dueAt === null) return <span className="due" />;
  const when = due(item.dueAt);
  const tone = item.overdue ? 'over' : when.tone;
  return <span className={tone === 'later' ? 'due' : `due ${tone}`}>{when.text}</span>;
}

function owner(item: WorklistItem): string {
  if (item.taskId === null) return '';
  if (item.claimedBy === null) return 'Unclaimed';
  return item.claimedBy.you ? 'Yours' : item.claimedBy.name;
}
