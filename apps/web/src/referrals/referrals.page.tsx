import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { ReferralInbox, ReferralRow } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Heading, useTitle } from '../parts/page';
import { steady } from '../parts/steady';
import { DemoTag, Tag } from '../parts/tag';
import { day, due } from '../words/dates';
import { count } from '../words/words';
import { ReferralPane } from './referral-pane';
import { toneOf } from './status';

export type ReferralDoor = Pick<Fairway, 'referrals' | 'referral' | 'accept' | 'decline' | 'start' | 'reportOutcome'>;

/** A partner's desk: what they were asked, answered in ten seconds with the least data. */
export function ReferralsPage({ api, referralId }: { api: ReferralDoor; referralId: string | null }): ReactElement {
  const query = useQuery({ queryKey: ['referrals'], queryFn: api.referrals });
  useTitle('Referrals');
  return (
    <div className="page">
      <Heading className="apart">Referrals to you</Heading>
      <div className={referralId === null ? 'referrals' : 'referrals has-referral'}>
        <div className="referral-list">
          <Loaded query={query} what="the referrals">
            {(inbox) => <Inbox inbox={inbox} open={referralId} />}
          </Loaded>
        </div>
        <section className="referral-pane" aria-label="Referral">
          {referralId === null ? (
            <div className="card">
              <Empty title="Choose a referral to see what is asked">
                <p>Name and contact details are shown once you accept.</p>
              </Empty>
            </div>
          ) : (
            <ReferralPane key={referralId} api={api} referralId={referralId} />
          )}
        </section>
      </div>
    </div>
  );
}

const GROUPS: readonly { title: string; about: string; has: (status: ReferralRow['status']) => boolean }[] = [
  {
    title: 'Waiting for your answer',
    about: 'If there is no answer by the date, we ask another service and tell the person.',
    has: (status) => status === 'sent',
  },
  {
    title: 'With you',
    about: 'Tell us when they start, and how it went.',
    has: (status) => status === 'accepted' || status === 'started',
  },
  {
    title: 'Finished',
    about: 'The last three months.',
    has: (status) => !['sent', 'accepted', 'started'].includes(status),
  },
];

function Inbox({ inbox, open }: { inbox: ReferralInbox; open: string | null }): ReactElement {
  const [shown, setShown] = useState(inbox.items);
  const { rows, fresh } = steady(
    shown,
    inbox.items,
    () => true,
    () => true,
  );
  if (inbox.items.length === 0) {
    return (
      <div className="card">
        <Empty title="No referrals yet">
          <p>When a link worker agrees a referral with someone in your area, it appears here by itself.</p>
        </Empty>
      </div>
    );
  }
  return (
    <>
      <div className="fresh" role="status">
        {fresh > 0 ? (
          <button type="button" onClick={() => setShown(inbox.items)}>
            {count(fresh)} new, show
          </button>
        ) : null}
      </div>
      {GROUPS.map((group, index) => {
        const items = rows.filter(({ item }) => group.has(item.status)).map(({ item }) => item);
        if (items.length === 0 && index > 0) return null;
        return (
          <section key={group.title} className="card" aria-labelledby={`group-${index}`}>
            <h2 id={`group-${index}`}>
              {group.title} <span className="total">{count(items.length)}</span>
            </h2>
            <p className="sub">{group.about}</p>
            {items.length === 0 ? (
              <p>Nothing waits for your answer.</p>
            ) : (
              <Table items={items} open={open} answering={index === 0} />
            )}
          </section>
        );
      })}
    </>
  );
}

function Table({
  items,
  open,
  answering,
}: {
  items: ReferralRow[];
  open: string | null;
  answering: boolean;
}): ReactElement {
  return (
    <table className="x stack">
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">What for</th>
          <th scope="col">{answering ? 'By when' : 'Sent'}</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id} className={item.id === open ? 'open' : undefined}>
            <th scope="row" data-name="Who">
              <Link to="/referrals/$referralId" params={{ referralId: item.id }} resetScroll={false}>
                {item.label}
              </Link>
            </th>
            <td data-name="What for">
              {inShort(item.need)} <DemoTag demo={item.demo} />
            </td>
            <td className="nowrap" data-name={answering ? 'By when' : 'Sent'}>
              {answering ? <AnswerBy item={item} /> : day(item.sentAt)}
            </td>
            <td data-name="State">
              <Tag tone={toneOf(item.status)}>{item.status === 'sent' ? 'New' : item.statusText}</Tag>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AnswerBy({ item }: { item: ReferralRow }): ReactElement {
  const { tone, text } = due(item.answerBy);
  if (item.overdue || tone === 'over') return <strong className="over">{text}</strong>;
  return tone === 'now' || text === 'Due tomorrow' ? <strong className="now">{text}</strong> : <>{text}</>;
}

/** The first sentence says what for; the rest is read with the referral. */
function inShort(need: string): string {
  return need.split(/(?<=\.)\s/)[0]?.replace(/\.$/, '') ?? need;
}
