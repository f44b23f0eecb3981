import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { moment } from '../words/dates';
import { nhsNumber, sentence } from '../words/words';

/** Requests for help that named somebody nobody here knows. */
export function TriggersPage({ api }: { api: Pick<Fairway, 'triggers'> }): ReactElement {
  const query = useQuery({ queryKey: ['triggers'], queryFn: api.triggers });
  return (
    <Page
      title="Requests we could not match"
      lede="Another system asked for help for someone who is not on the register. Nothing has started for them."
    >
      <Loaded query={query} what="the requests">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing to look into">
              <p>Every request that came named somebody we know.</p>
            </Empty>
          ) : (
            <div className="card">
              <table className="x stack">
                <caption className="hidden-text">Requests we could not match, newest first</caption>
                <thead>
                  <tr>
                    <th scope="col">Came</th>
                    <th scope="col">From</th>
                    <th scope="col">For</th>
                    <th scope="col">NHS number</th>
                    <th scope="col">Reason given</th>
                    <th scope="col">Why nothing started</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((trigger) => (
                    <tr key={trigger.id}>
                      <td data-name="Came">{moment(trigger.receivedAt)}</td>
                      <td data-name="From">{sentence(trigger.source)}</td>
                      <td data-name="For">{sentence(trigger.programme)}</td>
                      <td data-name="NHS number">{nhsNumber(trigger.nhsNumber)}</td>
                      <td data-name="Reason given">{trigger.reason}</td>
                      <td data-name="Why nothing started">{trigger.because}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <p className="quiet">
                Check the number with whoever sent it. When the person is on the register, ask them to send it again.
              </p>
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}
