import { useEffect, useRef, useState, type FormEvent, type ReactElement } from 'react';
import { inPlainWords } from '../api/problem';
import type { AskedValue, Completion, TaskView } from '../api/views';
import { todayHere } from '../parts/command-dialog';
import { mistakesIn, type Draft, type Mistakes } from './mistakes';

const NOTHING: Draft = { outcome: '', note: '', value: '', value2: '', until: '' };

/** What happened, as cards that say what each answer leads to; a value where the step measures one; a note. */
export function OutcomeForm({
  task,
  draft = NOTHING,
  onDraft,
  saving,
  problem,
  onSave,
}: {
  task: TaskView;
  draft?: Draft;
  onDraft: (draft: Draft) => void;
  saving: boolean;
  /** Why the last try was not saved. */
  problem: Error | null;
  onSave: (completion: Completion, next: boolean) => void;
}): ReactElement {
  const [filled, setFilled] = useState(draft);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const form = useRef<HTMLFormElement>(null);
  // On a phone the answers are far above the button that was pressed.
  useEffect(() => {
    if (mistakes.outcome) form.current?.querySelector('.outcomes')?.scrollIntoView({ block: 'nearest' });
  }, [mistakes]);
  const asked = task.asks?.value ?? null;
  const asksDay = task.outcomes.some(({ key, asksDay: asks }) => key === filled.outcome && asks);
  const change = (changes: Partial<Draft>): void => {
    const next = { ...filled, ...changes };
    setFilled(next);
    onDraft(next);
  };

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const found = mistakesIn(filled, asked, task.outcomes);
    setMistakes(found);
    const [first] = Object.keys(found);
    if (first !== undefined) {
      const field = `[name=${first}]`;
      const within = form.current;
      const chosen = within?.querySelector<HTMLElement>(`${field}:checked`);
      (chosen ?? within?.querySelector<HTMLElement>(field))?.focus();
      return;
    }
    const pressed = (event.nativeEvent as SubmitEvent).submitter;
    onSave(
      {
        outcome: filled.outcome,
        note: filled.note.trim() === '' ? undefined : filled.note.trim(),
        value: asked && filled.value !== '' ? Number(filled.value) : undefined,
        value2: asked?.second && filled.value2 !== '' ? Number(filled.value2) : undefined,
        until: asksDay ? filled.until : undefined,
        version: task.version,
      },
      pressed instanceof HTMLButtonElement && pressed.value === 'next',
    );
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <fieldset
        className={mistakes.outcome ? 'outcomes wrong' : 'outcomes'}
        aria-describedby={mistakes.outcome ? 'outcome-mistake' : undefined}
      >
        <legend>What happened?</legend>
        <Mistake id="outcome-mistake" text={mistakes.outcome} />
        <div className="opt">
          {task.outcomes.map((outcome) => (
            <label key={outcome.key} className={filled.outcome === outcome.key ? 'on' : undefined}>
              <input
                type="radio"
                name="outcome"
                value={outcome.key}
                checked={filled.outcome === outcome.key}
                onChange={() => change({ outcome: outcome.key })}
              />
              <span>
                {outcome.label}
                <small>{outcome.hint ?? outcome.then}</small>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {asked ? (
        <div className="values">
          <Value
            name="value"
            label={asked.label}
            asked={asked}
            text={filled.value}
            mistake={mistakes.value}
            onChange={(value) => change({ value })}
          />
          {asked.second !== null ? (
            <Value
              name="value2"
              label={asked.second}
              asked={asked}
              text={filled.value2}
              mistake={mistakes.value2}
              onChange={(value2) => change({ value2 })}
            />
          ) : null}
        </div>
      ) : null}
      {asksDay ? (
        <label className="field short">
          Ask them again on
          <Mistake id="until-mistake" text={mistakes.until} />
          <input
            type="date"
            name="until"
            min={todayHere(1)}
            max={todayHere(365)}
            value={filled.until}
            aria-invalid={mistakes.until ? true : undefined}
            aria-describedby={mistakes.until ? 'until-mistake' : undefined}
            onChange={(event) => change({ until: event.target.value })}
          />
        </label>
      ) : null}
      <label className="field">
        Note for the next person
        <textarea
          name="note"
          rows={2}
          maxLength={2000}
          value={filled.note}
          onChange={(event) => change({ note: event.target.value })}
        />
      </label>
      {problem === null ? null : (
        <p className="not-saved" role="alert">
          <strong>Not saved.</strong> {inPlainWords(problem)} What you filled in is still here.
        </p>
      )}
      <div className="btns">
        <button type="submit" className="btn" value="next" disabled={saving}>
          {saving ? 'Saving…' : 'Save and get next'}
        </button>
        <button type="submit" className="btn q" value="stay" disabled={saving}>
          Save
        </button>
      </div>
      <Then task={task} chosen={filled.outcome} />
    </form>
  );
}

function Value({
  name,
  label,
  asked,
  text,
  mistake,
  onChange,
}: {
  name: 'value' | 'value2';
  label: string;
  asked: AskedValue;
  text: string;
  mistake: string | undefined;
  onChange: (text: string) => void;
}): ReactElement {
  return (
    <label className="field short">
      <span>
        {label} <span className="quiet">({asked.unit})</span>
      </span>
      <Mistake id={`${name}-mistake`} text={mistake} />
      <input
        name={name}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        aria-invalid={mistake ? true : undefined}
        aria-describedby={mistake ? `${name}-mistake` : undefined}
        onChange={(event) => onChange(event.target.value.trim())}
      />
    </label>
  );
}

function Mistake({ id, text }: { id: string; text: string | undefined }): ReactElement | null {
  return text === undefined ? null : (
    <span className="mistake" id={id}>
      <span className="hidden-text">Mistake: </span>
      {text}
    </span>
  );
}

/** What the chosen answer sets going, before it is saved. */
function Then({ task, chosen }: { task: TaskView; chosen: string }): ReactElement {
  const outcome = task.outcomes.find((one) => one.key === chosen);
  return (
    <p className="next" role="status">
      {outcome?.hint ? outcome.then : null}
    </p>
  );
}
