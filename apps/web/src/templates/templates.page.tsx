import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { TemplateSummary } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { Tag } from '../parts/tag';
import { day } from '../words/dates';

/** Every message people can get, which version of it they get, and what waits for approval. */
export function TemplatesPage({ api }: { api: Pick<Fairway, 'templates'> }): ReactElement {
  const query = useQuery({ queryKey: ['templates'], queryFn: api.templates });
  return (
    <Page
      title="Message templates"
      lede="The words people get by e-mail, text message and letter, and the page they answer on. Nothing is sent before a clinical lead has approved it."
    >
      <Loaded query={query} what="the templates">
        {(templates) =>
          templates.length === 0 ? (
            <Empty title="No template is loaded">
              <p>Templates are files: load them from the command line with “fairway templates”.</p>
            </Empty>
          ) : (
            <section className="card" aria-label="Templates">
              <table className="x stack">
                <caption className="hidden-text">Message templates, by name</caption>
                <thead>
                  <tr>
                    <th scope="col">Template</th>
                    <th scope="col">What people get now</th>
                    <th scope="col">Languages</th>
                    <th scope="col">Sent by</th>
                  </tr>
                </thead>
                <tbody>
                  {templates.map((template) => (
                    <Row key={template.template} template={template} />
                  ))}
                </tbody>
              </table>
            </section>
          )
        }
      </Loaded>
    </Page>
  );
}

function Row({ template }: { template: TemplateSummary }): ReactElement {
  const { sent, waiting, languages, usedBy } = template;
  return (
    <tr>
      <th scope="row" data-name="Template">
        <Link to="/templates/$template" params={{ template: template.template }}>
          <strong>{template.title}</strong>
        </Link>
        <span className="src">{template.purpose}</span>
      </th>
      <td data-name="What people get now">
        {sent === null ? <Tag tone="red">Nothing is sent</Tag> : <Tag tone="green">Version {sent.version}</Tag>}
        {sent?.approvedAt ? <span className="src">approved {day(sent.approvedAt)}</span> : null}
        {waiting === null ? null : (
          <span className="src">
            <Tag tone="amber">Version {waiting.version} waits for approval</Tag>
          </span>
        )}
      </td>
      <td data-name="Languages">
        {languages.map((language) => (
          <span key={language.tag} className="spaced">
            {language.name}
            {language.sent ? null : <span className="src">translation not checked, not sent</span>}
          </span>
        ))}
      </td>
      <td data-name="Sent by">
        {usedBy.length === 0 ? (
          <span className="quiet">no live programme</span>
        ) : (
          usedBy.map((programme) => (
            <span key={programme.programme} className="spaced">
              {programme.title}
            </span>
          ))
        )}
      </td>
    </tr>
  );
}
