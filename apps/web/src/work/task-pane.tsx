import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { Completion, TaskView } from '../api/views';
import { Ladder } from '../parts/ladder';
import { Loaded } from '../parts/loaded';
import { useTell } from '../parts/notices';
import { useTitle } from '../parts/page';
import { PersonFacts, PersonWarnings } from '../parts/person';
import { PriorityParts, Reasons } from '../parts/reasons';
import { DemoTag, Tag } from '../parts/tag';
import { Timeline } from '../parts/timeline';
import { day, due, moment } from '../words/dates';
import { sentence } from '../words/words';
import type { Draft } from './mistakes';
import { OutcomeForm } from './outcome-form';
import { SnoozeDialog } from './snooze';
import type { WorkDoor } from './work.page';
import type { WorkSearch } from './views-nav';

interface Acts {
  readonly onClaim: () => Promise<void>;
  readonly onRelease: () => Promise<void>;
  readonly onSaved: (label: string) => void;
  readonly onNotSaved: () => void;
  readonly onNext: () => Promise<void>;
}

/** A task with its person: what to do, why, and what happens after each answer. */
export function TaskPane({
  api,
  taskId,
  drafts,
  search,
  ...acts
}: { api: WorkDoor; taskId: string; drafts: Map<string, Draft>; search: WorkSearch } & Acts): ReactElement {
  const query = useQuery({ queryKey: ['task', taskId], queryFn: () => api.task(taskId), staleTime: Infinity });
  return (
    <>
      <p className="back">
        <Link to="/work" search={search}>
          Back to the list
        </Link>
      </p>
      <Loaded query={query} what="the task">
        {(task) => <Ready api={api} task={task} drafts={drafts} {...acts} />}
      </Loaded>
    </>
  );
}

/** How long to wait for the pathway before asking again, should the stream of changes not say so first. */
const ASK_AGAIN_MS = [1_500, 5_000];

function Ready({
  api,
  task,
  drafts,
  ...acts
}: { api: WorkDoor; task: TaskView; drafts: Map<string, Draft> } & Acts): ReactElement {
  const client = useQueryClient();
  const tell = useTell();
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(task.title);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const save = useMutation({
    networkMode: 'always',
    mutationFn: ({ completion }: { completion: Completion; next: boolean }) => api.complete(task.id, completion),
    onMutate: ({ completion }) => acts.onSaved(labelOf(task, completion.outcome)),
    onSuccess: async (standing, { completion, next }) => {
      drafts.delete(task.id);
      client.setQueryData<TaskView>(['task', task.id], (old) =>
        old
          ? {
              ...old,
              status: 'completed',
              outcome: completion.outcome,
              note: completion.note ?? null,
              version: standing.version,
            }
          : old,
      );
      tell([`Saved: ${labelOf(task, completion.outcome)}.`, standing.then].filter(Boolean).join(' '));
      void client.invalidateQueries({ queryKey: ['worklist'] });
      const readAgain = (): void => void client.invalidateQueries({ queryKey: ['task', task.id] });
      for (const wait of ASK_AGAIN_MS) setTimeout(readAgain, wait);
      if (next) await acts.onNext();
      else heading.current?.focus();
    },
    onError: () => {
      acts.onNotSaved();
      void client.invalidateQueries({ queryKey: ['task', task.id] });
    },
  });

  return (
    <article className="task" aria-labelledby="task-person">
      <header className="who-band">
        <div>
          <h2 id="task-person" ref={heading} tabIndex={-1}>
            {task.person.name}
          </h2>
          <PersonFacts person={task.person} />
        </div>
        <div className="who-acts">
          <Link className="btn q" to="/people/$personId" params={{ personId: task.person.id }}>
            Open record
          </Link>
          <span className="quiet">Viewing is recorded</span>
        </div>
      </header>
      <PersonWarnings person={task.person} />
      <div className="cols">
        <div>
          <section className="do" aria-labelledby="task-title">
            <h3 id="task-title">
              {task.title} <DemoTag demo={task.demo} />
            </h3>
            <p className="meta">
              {task.programmeTitle} · <DueLine task={task} />
              {task.escalatedTo === null ? null : ` · raised to the ${sentence(task.escalatedTo).toLowerCase()}`}
            </p>
            {task.status === 'open' ? (
              <OpenTask
                api={api}
                task={task}
                onChanged={() => {
                  void client.invalidateQueries({ queryKey: ['task', task.id] });
                  void client.invalidateQueries({ queryKey: ['worklist'] });
                }}
                draft={drafts.get(task.id)}
                onDraft={(draft) => drafts.set(task.id, draft)}
                saving={save.isPending}
                problem={save.error}
                onSave={(completion, next) => save.mutate({ completion, next })}
                {...acts}
              />
            ) : (
              <ClosedTask task={task} onNext={acts.onNext} />
            )}
          </section>
          {task.status === 'open' && task.ladder.length > 0 ? (
            <>
              <h3 className="s">If this is late</h3>
              <Ladder
                api={api}
                taskId={task.id}
                rungs={task.ladder}
                mayCancel={task.paused === null}
                onChanged={() => void client.invalidateQueries({ queryKey: ['task', task.id] })}
              />
            </>
          ) : null}
          <h3 className="s">What has happened, what comes next</h3>
          <Timeline entries={task.timeline} next={task.next} />
        </div>
        <div>
          <h3 className="s first">Why this person, why now</h3>
          <Reasons reasons={task.reasons} />
          <h3 className="s">Priority {task.priority}</h3>
          <PriorityParts parts={task.priorityParts} />
          {task.alsoGoingOn.length === 0 ? null : (
            <>
              <h3 className="s">Also going on</h3>
              <dl className="parts">
                {task.alsoGoingOn.map((other) => (
                  <div key={other.programme}>
                    <dt>{other.title}</dt>
                    <dd>
                      <Tag tone="blue">{other.status}</Tag>
                    </dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </div>
      </div>
    </article>
  );
}

function OpenTask({
  api,
  task,
  draft,
  onDraft,
  saving,
  problem,
  onSave,
  onClaim,
  onRelease,
  onChanged,
}: {
  api: WorkDoor;
  task: TaskView;
  onChanged: () => void;
  draft: Draft | undefined;
  onDraft: (draft: Draft) => void;
  saving: boolean;
  problem: Error | null;
  onSave: (completion: Completion, next: boolean) => void;
} & Acts): ReactElement {
  const [snoozing, setSnoozing] = useState(false);
  const claim = task.claimedBy;
  if (task.paused) {
    return (
      <p className="claim">
        <strong>Paused: {task.paused.reasonText.toLowerCase()}.</strong> Nothing is to be done until the programme is
        resumed, on the record of the person.
      </p>
    );
  }
  if (claim !== null && !claim.you) {
    return (
      <p className="claim">
        <strong>{claim.name} has claimed this.</strong> If they cannot finish it, ask them to give it back.
      </p>
    );
  }
  return (
    <>
      <p className="claim">
        {claim === null ? 'Nobody has claimed this.' : 'This is yours.'}{' '}
        <button type="button" className="link" onClick={() => void (claim === null ? onClaim() : onRelease())}>
          {claim === null ? 'Claim it' : 'Give it back'}
        </button>{' '}
        <button type="button" className="link" onClick={() => setSnoozing(true)}>
          Snooze
        </button>
      </p>
      {task.snoozedUntil === null ? null : (
        <p>
          <Tag tone="blue">Snoozed</Tag> until {day(task.snoozedUntil)}
          {task.snoozedBecause === null ? '' : `: ${task.snoozedBecause}`}
        </p>
      )}
      {snoozing ? <SnoozeDialog api={api} task={task} onDone={onChanged} onClose={() => setSnoozing(false)} /> : null}
      <OutcomeForm task={task} draft={draft} onDraft={onDraft} saving={saving} problem={problem} onSave={onSave} />
    </>
  );
}

function ClosedTask({ task, onNext }: { task: TaskView; onNext: () => Promise<void> }): ReactElement {
  return (
    <div className="closed">
      {task.status === 'cancelled' ? (
        <p>
          <strong>Nothing to do any more</strong>
          {task.closedAt === null ? '' : `, since ${moment(task.closedAt)}`}.
          {task.cancelledBecauseText === null ? '' : ` ${task.cancelledBecauseText}.`}
        </p>
      ) : (
        <p>
          <Tag tone="green">Done</Tag> <strong>{task.outcome === null ? '' : labelOf(task, task.outcome)}</strong>
          {task.closedAt === null ? '' : `, ${moment(task.closedAt)}`}
        </p>
      )}
      {task.note === null ? null : <p className="note">“{task.note}”</p>}
      <p role="status">
        {task.next === null
          ? 'Nothing more comes next.'
          : `Next: ${task.next.what}${task.next.at === null ? '' : `, ${day(task.next.at)}`}.`}
      </p>
      <div className="btns">
        <button type="button" className="btn" onClick={() => void onNext()}>
          Get next
        </button>
      </div>
    </div>
  );
}

function DueLine({ task }: { task: TaskView }): ReactElement {
  if (task.status !== 'open') return <>was due {day(task.dueAt)}</>;
  const { text, tone } = due(task.dueAt);
  return (
    <>
      due {day(task.dueAt)}
      {task.overdue || tone !== 'later' ? (
        <>
          , <strong className={task.overdue ? 'over' : 'now'}>{text.toLowerCase()}</strong>
        </>
      ) : null}
    </>
  );
}

export function labelOf(task: Pick<TaskView, 'outcomes'>, outcome: string): string {
  return task.outcomes.find((one) => one.key === outcome)?.label ?? sentence(outcome);
}
