import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import { inPlainWords } from '../api/problem';
import type { TemplateVersion, TemplateVersionSummary, TemplateView } from '../api/views';
import { Dialog } from '../parts/dialog';
import { Loaded } from '../parts/loaded';
import { useTell } from '../parts/notices';
import { Page } from '../parts/page';
import { Tag, type TagTone } from '../parts/tag';
import { useMay } from '../shell/session';
import { day, plural } from '../words/dates';
import { sentence } from '../words/words';
import { changedWords, type Run } from './changed-words';
import { type Look, Preview } from './preview';
import './templates.css';

/** The version looked at, and how; all in the address. */
export interface TemplateSearch extends Partial<Look> {
  /** Absent: the one people get, else the newest. */
  readonly version?: number;
}

type Door = Pick<
  Fairway,
  'templates' | 'template' | 'templateVersion' | 'templatePreview' | 'approveTemplate' | 'withdrawTemplate'
>;

const STANDINGS: Readonly<Record<TemplateVersionSummary['standing'], readonly [TagTone, string]>> = {
  sent: ['green', 'People get this'],
  draft: ['amber', 'Waits for approval'],
  replaced: ['grey', 'Replaced'],
  withdrawn: ['red', 'Withdrawn'],
};

/** One template: its versions, what each looks like, what is new in it, and its approval. */
export function TemplatePage({
  api,
  template,
  search,
}: {
  api: Door;
  template: string;
  search: TemplateSearch;
}): ReactElement {
  const query = useQuery({ queryKey: ['templates', template], queryFn: () => api.template(template) });
  const shown = query.data ? versionShown(query.data, search) : undefined;
  return shown === undefined || query.data === undefined ? (
    <Page title="Message template">
      <Loaded query={query} what="the template">
        {() => (
          <p>
            There is no version {search.version} of this template. <Link to="/templates">See all templates</Link>
          </p>
        )}
      </Loaded>
    </Page>
  ) : (
    <Ready api={api} template={query.data} shown={shown} search={search} />
  );
}

function versionShown(template: TemplateView, search: TemplateSearch): TemplateVersionSummary | undefined {
  const { versions, sent } = template;
  if (search.version !== undefined) return versions.find(({ version }) => version === search.version);
  return versions.find(({ id }) => id === sent?.id) ?? versions[0];
}

function Ready({
  api,
  template,
  shown,
  search,
}: {
  api: Door;
  template: TemplateView;
  shown: TemplateVersionSummary;
  search: TemplateSearch;
}): ReactElement {
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ['template-version', shown.id], queryFn: () => api.templateVersion(shown.id) });
  const [tone, says] = STANDINGS[shown.standing];
  const look = (changes: Partial<Look>): void => {
    void navigate({
      to: '/templates/$template',
      params: { template: template.template },
      search: { ...search, ...changes },
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <Page
      title={template.title}
      beside={
        <Tag tone={tone}>
          Version {shown.version}: {says.toLowerCase()}
        </Tag>
      }
      lede={template.purpose}
    >
      <p className="sub">
        {template.usedBy.length === 0
          ? 'No live programme sends it.'
          : `Sent by ${template.usedBy.map(({ title }) => title).join(', ')}.`}{' '}
        <Link to="/templates" className="no-print">
          All templates
        </Link>
      </p>
      <Loaded query={query} what="this version">
        {(version) => (
          <div className="grid template">
            <Preview api={api} version={version} look={lookOf(search)} onLook={look} />
            <div className="no-print">
              <Versions api={api} template={template} shown={version} search={search} />
              <Differences version={version} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

const lookOf = ({
  channel = 'email',
  language = 'en',
  format = 'standard',
  reader = 'person',
  with: together,
}: TemplateSearch): Look => ({ channel, language, format, reader, with: together });

function Versions({
  api,
  template,
  shown,
  search,
}: {
  api: Door;
  template: TemplateView;
  shown: TemplateVersion;
  search: TemplateSearch;
}): ReactElement {
  const mayApprove = useMay('templates:approve');
  const [asking, setAsking] = useState<'approve' | 'withdraw' | null>(null);
  const newest = template.versions.find(({ standing }) => standing === 'sent');
  const canApprove = shown.standing !== 'sent' && (newest === undefined || newest.version < shown.version);
  return (
    <section className="card" aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <p className="sub">The words of a version never change; new words are a new version.</p>
      <ul className="plain versions">
        {template.versions.map((version) => (
          <li key={version.id} className={version.id === shown.id ? 'on' : undefined}>
            <Link
              to="/templates/$template"
              params={{ template: template.template }}
              search={{ ...search, version: version.version }}
              aria-current={version.id === shown.id ? 'true' : undefined}
            >
              Version {version.version}
            </Link>{' '}
            <Tag tone={STANDINGS[version.standing][0]}>{STANDINGS[version.standing][1]}</Tag>
            <span className="src">{historyOf(version)}</span>
          </li>
        ))}
      </ul>
      {mayApprove ? (
        <div className="btns">
          {canApprove ? (
            <button type="button" className="btn" onClick={() => setAsking('approve')}>
              Approve version {shown.version}
            </button>
          ) : null}
          {shown.standing === 'sent' ? (
            <button type="button" className="btn r" onClick={() => setAsking('withdraw')}>
              Withdraw version {shown.version}
            </button>
          ) : null}
        </div>
      ) : (
        <p className="quiet">A clinical lead approves and withdraws versions.</p>
      )}
      {asking === null ? null : (
        <Confirm api={api} act={asking} template={template} shown={shown} onClose={() => setAsking(null)} />
      )}
    </section>
  );
}

function historyOf({ loadedAt, approvedAt, approvedBy, standing }: TemplateVersionSummary): string {
  const loaded = `Loaded ${day(loadedAt)}`;
  if (approvedAt === null) return loaded;
  const by = approvedBy === null ? '' : ` by ${sentence(approvedBy)}`;
  return `${loaded}, approved ${day(approvedAt)}${by}${standing === 'withdrawn' ? ', withdrawn since' : ''}`;
}

/** Asks once more: from the moment it is said, people get other words, or none. */
function Confirm({
  api,
  act,
  template,
  shown,
  onClose,
}: {
  api: Door;
  act: 'approve' | 'withdraw';
  template: TemplateView;
  shown: TemplateVersion;
  onClose: () => void;
}): ReactElement {
  const tell = useTell();
  const client = useQueryClient();
  const fresh = (): void => {
    void client.invalidateQueries({ queryKey: ['templates'] });
    void client.invalidateQueries({ queryKey: ['template-version'] });
  };
  const back = act === 'approve' ? api.withdrawTemplate : api.approveTemplate;
  const undo = (): void => {
    back(shown.id).then(
      () => {
        fresh();
        tell(`Taken back. Version ${shown.version} is as it was.`);
      },
      (error: unknown) => tell(`Not taken back. ${inPlainWords(error)}`),
    );
  };
  const save = useMutation({
    networkMode: 'always',
    mutationFn: () => (act === 'approve' ? api.approveTemplate(shown.id) : api.withdrawTemplate(shown.id)),
    onSuccess: () => {
      fresh();
      tell(
        act === 'approve' ? `Version ${shown.version} is approved.` : `Version ${shown.version} is withdrawn.`,
        undo,
      );
      onClose();
    },
  });
  const earlier = template.versions.find(({ standing }) => standing === 'replaced');
  const unchecked = shown.languages.filter(({ sent }) => !sent).map(({ name }) => name);
  return (
    <Dialog
      title={`${act === 'approve' ? 'Approve' : 'Withdraw'} version ${shown.version}: ${template.title}`}
      onClose={onClose}
    >
      {act === 'approve' ? (
        <>
          <p>
            From now on people get these words
            {shown.comparedWith === null
              ? '.'
              : `, in place of version ${shown.comparedWith}: ${plural(shown.differences.length, 'place')} changed.`}{' '}
            What was sent before stays as it was.
          </p>
          {unchecked.length === 0 ? null : (
            <p>
              {unchecked.join(', ')}: nobody has checked the translation, so people who read it get English all the
              same.
            </p>
          )}
        </>
      ) : (
        <p>
          {earlier === undefined
            ? 'No other version is approved, so nobody gets this message until one is. Pathways that come to it wait for that.'
            : `From now on people get version ${earlier.version} again.`}
        </p>
      )}
      {save.isError ? (
        <p className="not-saved" role="alert">
          <strong>Not saved.</strong> {inPlainWords(save.error)}
        </p>
      ) : null}
      <div className="btns">
        <button
          type="button"
          className={act === 'approve' ? 'btn' : 'btn r'}
          disabled={save.isPending}
          onClick={() => save.mutate()}
        >
          {save.isPending ? 'Saving…' : act === 'approve' ? 'Approve it' : 'Withdraw it'}
        </button>
        <button type="button" className="btn q" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}

function Differences({ version }: { version: TemplateVersion }): ReactElement | null {
  const { comparedWith, differences } = version;
  if (comparedWith === null) return null;
  return (
    <section className="card" aria-labelledby="differences">
      <h2 id="differences">What differs from version {comparedWith}</h2>
      <p className="sub">Version {comparedWith} is what people get now.</p>
      {differences.length === 0 ? <p>They say the same.</p> : null}
      <dl className="differences">
        {differences.map(({ place, before, after }) => {
          const marked = changedWords(before ?? '', after ?? '');
          return (
            <div key={place}>
              <dt>{place}</dt>
              <dd>
                <span className="src">Version {comparedWith}</span>
                {before === null ? <em>nothing</em> : <Marked runs={marked.before} as="del" />}
              </dd>
              <dd>
                <span className="src">Version {version.version}</span>
                {after === null ? <em>nothing</em> : <Marked runs={marked.after} as="ins" />}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

function Marked({ runs, as: Mark }: { runs: Run[]; as: 'del' | 'ins' }): ReactElement {
  return <>{runs.map(({ words, same }, index) => (same ? words : <Mark key={index}>{words}</Mark>))}</>;
}
