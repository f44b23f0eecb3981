import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent, type ReactElement, type ReactNode } from 'react';
import { inPlainWords } from '../api/problem';
import type { DeclineReason, ReferralView } from '../api/views';
import { Loaded } from '../parts/loaded';
import { useTell } from '../parts/notices';
import { DemoTag, Tag } from '../parts/tag';
import { day } from '../words/dates';
import type { ReferralDoor } from './referrals.page';
import { DECLINE_REASONS, toneOf } from './status';

/** One referral: what is asked, who it is once accepted, and the answers that can be given now. */
export function ReferralPane({ api, referralId }: { api: ReferralDoor; referralId: string }): ReactElement {
  const query = useQuery({ queryKey: ['referral', referralId], queryFn: () => api.referral(referralId) });
  return (
    <div className="card chosen">
      <p className="back">
        <Link to="/referrals">Back to all referrals</Link>
      </p>
      <Loaded query={query} what="the referral">
        {(referral) => <Ready api={api} referral={referral} />}
      </Loaded>
    </div>
  );
}

type Asking = 'decline' | 'report' | null;

function Ready({ api, referral }: { api: ReferralDoor; referral: ReferralView }): ReactElement {
  const client = useQueryClient();
  const tell = useTell();
  const heading = useRef<HTMLHeadingElement>(null);
  const [asking, setAsking] = useState<Asking>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const act = useMutation({
    networkMode: 'always',
    mutationFn: ({ run }: { run: () => Promise<unknown>; done: string }) => run(),
    onSuccess: async (_answer, { done }) => {
      tell(done);
      setAsking(null);
      await Promise.all([
        client.invalidateQueries({ queryKey: ['referral', referral.id] }),
        client.invalidateQueries({ queryKey: ['referrals'] }),
      ]);
      heading.current?.focus({ preventScroll: true });
    },
    onError: () => client.invalidateQueries({ queryKey: ['referral', referral.id] }),
  });
  const { id, version, status, contact, may } = referral;

  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        {contact?.name ?? referral.label}
      </h2>
      <p className="sub">
        Sent {day(referral.sentAt)} by {referral.sentBy}.{' '}
        {contact === null && status === 'sent' ? 'Name and phone are shown once you accept.' : referral.contactWithheld}
      </p>
      <p className="state">
        <Tag tone={toneOf(status)}>{status === 'sent' ? 'New' : referral.statusText}</Tag>{' '}
        <DemoTag demo={referral.demo} />
      </p>
      <dl className="rows-dl">
        {contact === null ? null : (
          <>
            <Line name="Who">{referral.label}</Line>
            <Line name="Phone">
              {contact.phone === null ? (
                'none recorded'
              ) : (
                <a href={`tel:${contact.phone.replace(/\s/g, '')}`}>{contact.phone}</a>
              )}
            </Line>
            <Line name="E-mail">{contact.email}</Line>
            <Line name="Address">{contact.address}</Line>
          </>
        )}
        <Line name="Needs">{referral.need}</Line>
        <Line name="Agreed">Agreed to be referred on {day(referral.agreedAt)}</Line>
        <Line name="Good to know">{referral.goodToKnow.join('. ')}</Line>
        {status === 'sent' ? <Line name="Answer by">{day(referral.answerBy)}</Line> : null}
        <Line name="Declined because">
          {DECLINE_REASONS.find(([key]) => key === referral.declineReason)?.[1] ?? referral.declineReason}
        </Line>
        <Line name="Note">{referral.note}</Line>
      </dl>
      {act.isError ? (
        <p className="not-saved" role="alert">
          <strong>Not saved.</strong> {inPlainWords(act.error)}
        </p>
      ) : null}
      {asking === 'decline' ? (
        <Decline
          busy={act.isPending}
          onCancel={() => setAsking(null)}
          onSend={(body) =>
            act.mutate({
              run: () => api.decline(id, { ...body, version }),
              done: 'Declined. Another service is asked.',
            })
          }
        />
      ) : asking === 'report' ? (
        <ReportOutcome
          busy={act.isPending}
          onCancel={() => setAsking(null)}
          onSend={(body) =>
            act.mutate({
              run: () => api.reportOutcome(id, { ...body, version }),
              done: 'Thank you. The team has been told how it went.',
            })
          }
        />
      ) : (
        <div className="btns">
          {may.includes('accept') ? (
            <>
              <button
                type="button"
                className="btn"
                disabled={act.isPending}
                onClick={() =>
                  act.mutate({
                    run: () => api.accept(id, version),
                    done: 'Accepted. Name and contact details are shown now.',
                  })
                }
              >
                Accept
              </button>
              <button type="button" className="btn r" onClick={() => setAsking('decline')}>
                Decline
              </button>
            </>
          ) : null}
          {may.includes('start') ? (
            <button
              type="button"
              className="btn"
              disabled={act.isPending}
              onClick={() =>
                act.mutate({
                  run: () => api.start(id, version),
                  done: 'Thank you. The team knows that they have started.',
                })
              }
            >
              They have started
            </button>
          ) : null}
          {may.includes('report') ? (
            <button
              type="button"
              className={may.includes('start') ? 'btn q' : 'btn'}
              onClick={() => setAsking('report')}
            >
              Report outcome
            </button>
          ) : null}
        </div>
      )}
      {may.includes('decline') && asking === null ? (
        <p className="next">
          Declining asks for one reason: full, not right for us, not enough information, already with us.
        </p>
      ) : null}
    </>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }): ReactElement | null {
  return children === null || children === undefined || children === '' ? null : (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Decline({
  busy,
  onCancel,
  onSend,
}: {
  busy: boolean;
  onCancel: () => void;
  onSend: (body: { reason: DeclineReason; note?: string }) => void;
}): ReactElement {
  return (
    <Choice
      legend="Why not?"
      name="reason"
      options={DECLINE_REASONS}
      mistake="Choose one reason."
      noteLabel="Anything the team should know (not needed)"
      button="Decline"
      className="btn r"
      busy={busy}
      onCancel={onCancel}
      onSend={(reason, note) => onSend({ reason, note })}
    />
  );
}

const RESULTS = [
  ['completed', 'They finished what was offered'],
  ['not-completed', 'It did not work out'],
] as const;

function ReportOutcome({
  busy,
  onCancel,
  onSend,
}: {
  busy: boolean;
  onCancel: () => void;
  onSend: (body: { result: 'completed' | 'not-completed'; note?: string }) => void;
}): ReactElement {
  return (
    <Choice
      legend="How did it go?"
      name="result"
      options={RESULTS}
      mistake="Choose how it went."
      noteLabel="What the team should know (not needed)"
      button="Report outcome"
      className="btn"
      busy={busy}
      onCancel={onCancel}
      onSend={(result, note) => onSend({ result, note })}
    />
  );
}

/** One choice of a few and a note. */
function Choice<K extends string>({
  legend,
  name,
  options,
  mistake,
  noteLabel,
  button,
  className,
  busy,
  onCancel,
  onSend,
}: {
  legend: string;
  name: string;
  options: readonly (readonly [K, string])[];
  mistake: string;
  noteLabel: string;
  button: string;
  className: string;
  busy: boolean;
  onCancel: () => void;
  onSend: (chosen: K, note: string | undefined) => void;
}): ReactElement {
  const [chosen, setChosen] = useState<K | null>(null);
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (chosen !== null) onSend(chosen, note.trim() === '' ? undefined : note.trim());
    else {
      setWrong(true);
      form.current?.querySelector('input')?.focus();
    }
  };
  return (
    <form ref={form} className="choice" onSubmit={submit} noValidate>
      <fieldset
        className={wrong ? 'outcomes wrong' : 'outcomes'}
        aria-describedby={wrong ? `${name}-mistake` : undefined}
      >
        <legend>{legend}</legend>
        {wrong ? (
          <span className="mistake" id={`${name}-mistake`}>
            <span className="hidden-text">Mistake: </span>
            {mistake}
          </span>
        ) : null}
        <div className="opt">
          {options.map(([key, label]) => (
            <label key={key} className={chosen === key ? 'on' : undefined}>
              <input
                type="radio"
                name={name}
                value={key}
                checked={chosen === key}
                onChange={() => {
                  setChosen(key);
                  setWrong(false);
                }}
              />
              <span>{label}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label className="field">
        {noteLabel}
        <textarea rows={2} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <div className="btns">
        <button type="submit" className={className} disabled={busy}>
          {busy ? 'Saving…' : button}
        </button>
        <button type="button" className="btn q" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
