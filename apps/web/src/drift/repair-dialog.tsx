import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { inPlainWords } from '../api/problem';
import type { DriftView } from '../api/views';
import { Dialog } from '../parts/dialog';
import { useTell } from '../parts/notices';
import type { DriftDoor } from './drift.page';
import { KINDS, REPAIRS } from './words';

/** Asks how and why. It is looked at once more before anything is done. */
export function RepairDialog({
  api,
  drift,
  onClose,
  onRepaired,
}: {
  api: DriftDoor;
  drift: DriftView;
  onClose: () => void;
  onRepaired: () => void;
}): ReactElement {
  const tell = useTell();
  const [repair, setRepair] = useState(drift.repairs[0]!);
  const [reason, setReason] = useState('');
  const save = useMutation({
    networkMode: 'always',
    mutationFn: () => api.repairDrift(drift.id, { repair, reason: reason.trim() }),
    onSuccess: ({ done }) => {
      tell(
        done === 'repaired'
          ? REPAIRS[repair].done
          : done === 'gone'
            ? 'This was no longer so. Nothing was changed.'
            : 'It is being done. Look again in a minute.',
      );
      onRepaired();
      onClose();
    },
    onError: onRepaired,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={`Repair: ${KINDS[drift.kind].title.toLowerCase()}`} onClose={onClose}>
      <form onSubmit={submit}>
        {drift.repairs.length > 1 ? (
          <fieldset className="plain">
            <legend>What should be done?</legend>
            {drift.repairs.map((one) => (
              <label className="tick" key={one}>
                <input type="radio" name="repair" checked={repair === one} onChange={() => setRepair(one)} />{' '}
                {REPAIRS[one].act}
              </label>
            ))}
          </fieldset>
        ) : null}
        <p>{REPAIRS[repair].does} It is only done if it is still so when we look again now.</p>
        <label className="field">
          Why are you doing this?
          <textarea required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        <p className="quiet">Your name and the reason are kept. Write no names of people here.</p>
        {save.isError ? (
          <p className="not-saved" role="alert">
            <strong>Not repaired.</strong> {inPlainWords(save.error)}
          </p>
        ) : null}
        <div className="btns">
          <button
            type="submit"
            className={repair === 'drop' ? 'btn r' : 'btn'}
            disabled={save.isPending || reason.trim() === ''}
          >
            {save.isPending ? 'Looking again…' : REPAIRS[repair].act}
          </button>
          <button type="button" className="btn q" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
