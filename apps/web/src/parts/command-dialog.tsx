import { useMutation } from '@tanstack/react-query';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { inPlainWords } from '../api/problem';
import { Dialog } from './dialog';

/** A command with what it needs to know. Closes when it is done; a refusal is shown, and nothing filled in is lost. */
export function CommandDialog<Answer>({
  title,
  act,
  acting = 'Saving…',
  refused = 'Not saved.',
  ready = true,
  danger = false,
  perform,
  onDone,
  onRefused,
  onClose,
  children,
}: {
  title: string;
  /** What the button says. */
  act: string;
  /** What it says meanwhile. */
  acting?: string;
  /** The first words when it was not done. */
  refused?: string;
  /** False while something that is needed has not been filled in. */
  ready?: boolean;
  danger?: boolean;
  perform: () => Promise<Answer>;
  onDone: (answer: Answer) => void;
  onRefused?: () => void;
  onClose: () => void;
  children: ReactNode;
}): ReactElement {
  const save = useMutation({
    networkMode: 'always',
    mutationFn: perform,
    onSuccess: (answer) => {
      onDone(answer);
      onClose();
    },
    onError: onRefused,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        {save.isError ? (
          <p className="not-saved" role="alert">
            <strong>{refused}</strong> {inPlainWords(save.error)}
          </p>
        ) : null}
        <div className="btns">
          <button type="submit" className={danger ? 'btn r' : 'btn'} disabled={save.isPending || !ready}>
            {save.isPending ? acting : act}
          </button>
          <button type="button" className="btn q" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Today in the person's place, as a date field writes it. */
export function todayHere(daysOn = 0): string {
  const day = new Date(Date.now() + daysOn * 86_400_000);
  return day.toLocaleDateString('sv-SE', { timeZone: 'Europe/London' });
}
