import { useState, type ReactElement } from 'react';
import type { DriftView } from '../api/views';
import { CommandDialog } from '../parts/command-dialog';
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
  return (
    <CommandDialog
      title={`Repair: ${KINDS[drift.kind].title.toLowerCase()}`}
      act={REPAIRS[repair].act}
      acting="Looking again…"
      refused="Not repaired."
      ready={reason.trim() !== ''}
      danger={repair === 'drop'}
      perform={() => api.repairDrift(drift.id, { repair, reason: reason.trim() })}
      onDone={({ done }) => {
        tell(
          done === 'repaired'
            ? REPAIRS[repair].done
            : done === 'gone'
              ? 'This was no longer so. Nothing was changed.'
              : 'It is being done. Look again in a minute.',
        );
        onRepaired();
      }}
      onRefused={onRepaired}
      onClose={onClose}
    >
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
    </CommandDialog>
  );
}
