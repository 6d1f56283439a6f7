import { Button } from '@mantine/core';
import type { JSX } from 'react';
import yaml from '@/components/panels/object-yaml.module.css';
import { PreviewWaiting, WarningNotes } from '@/components/panels/preview-notes';
import { SheetNote } from '@/components/panels/sheet-note';
import classes from '@/components/panels/weight-sheet.module.css';
import { YamlDiff } from '@/components/panels/yaml-diff';
import type { ApiProblem } from '@/components/queries/api-problem';
import type { CanaryPreviewResponse } from '@/contract/canary-preview';

/** Everything that a start would write, as YAML, with warnings and the dry-run's answers. */
export function CanaryPreview(props: {
  readonly preview: CanaryPreviewResponse | null;
  readonly problem: ApiProblem | null;
  /** `false`: the choice cannot be asked about yet. */
  readonly isWaiting: boolean;
  /** `true` while it is being written. */
  readonly isWriting: boolean;
  readonly onLookAgain: () => void;
}): JSX.Element | null {
  const { preview, problem } = props;
  if (problem !== null) {
    return (
      <>
        <SheetNote tone="failing" title={problem.title}>
          {problem.detail}
        </SheetNote>
        <div>
          <Button size="xs" variant="default" onClick={props.onLookAgain}>
            Look again
          </Button>
        </div>
      </>
    );
  }
  if (preview === null) {
    if (!props.isWaiting) return null;
    return <PreviewWaiting what="the start" height={160} />;
  }
  return (
    <>
      <WarningNotes what="the start" warnings={preview.warnings} />
      {preview.steps.map((step) => (
        <Step key={`${step.object.kind} ${step.object.name}`} step={step} />
      ))}
      <Verdict steps={preview.steps} />
      {preview.pauseSeconds > 0 && (
        <p className={classes.waiting} role={props.isWriting ? 'status' : undefined}>
          {orderText(preview, props.isWriting)}
        </p>
      )}
    </>
  );
}

/** In which order a start is written, and why it takes a moment. */
function orderText({ steps, pauseSeconds }: CanaryPreviewResponse, isWriting: boolean): string {
  const names = steps.map(({ object }) => `${object.kind} ${object.name}`);
  const named = names.slice(0, -1).join(' and ');
  const route = names.at(-1) ?? '';
  const begin = isWriting ? 'Writing' : 'Apply writes';
  return `${begin} ${named} first, and ${route} ${pauseSeconds} s later, so that the proxies know what it names.`;
}

type Step = CanaryPreviewResponse['steps'][number];

function Step({ step }: { readonly step: Step }): JSX.Element {
  const name = `${step.object.kind} ${step.object.name}`;
  return (
    <section aria-label={name}>
      <p className={classes.waiting}>
        {step.before === null ? `Creates ${name}` : `Adds subsets to ${name}`}
      </p>
      {step.before === null ? (
        <pre className={yaml.yaml} tabIndex={0} role="group" aria-label={`YAML of ${name}`}>
          {step.after}
        </pre>
      ) : (
        <YamlDiff before={step.before} after={step.after} />
      )}
    </section>
  );
}

function Verdict({ steps }: { readonly steps: readonly Step[] }): JSX.Element {
  const forbidden = steps.filter(({ permitted }) => permitted === false);
  const refused = steps.filter(({ dryRun }) => !dryRun.ok);
  if (forbidden.length > 0) {
    const kinds = [...new Set(forbidden.map(({ object }) => object.kind))].join(', ');
    return (
      <SheetNote tone="failing" title="Not permitted">
        Fanari is read-only here, or its account may not write {kinds}.
      </SheetNote>
    );
  }
  if (refused.length > 0) {
    return (
      <SheetNote tone="failing" title="The API server refuses it">
        {refused.map(({ object, dryRun }) => `${object.kind}: ${dryRun.message ?? ''}`).join(' ')}
      </SheetNote>
    );
  }
  return (
    <SheetNote tone="healthy" title="The API server would accept it">
      Every object was tried by server-side dry-run; nothing was written.
    </SheetNote>
  );
}
