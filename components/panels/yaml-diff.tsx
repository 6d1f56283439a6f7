import type { JSX } from 'react';
import { diffRows, type DiffRow } from '@/components/panels/diff-rows';
import classes from '@/components/panels/yaml-diff.module.css';

const SIGN = { same: ' ', removed: '−', added: '+', gap: '⋯' } as const;
const SPOKEN = { same: '', removed: 'removed', added: 'added', gap: '' } as const;

/** The unified diff of two YAML texts, changed words marked; by sign as well as by colour. */
export function YamlDiff({
  before,
  after,
}: {
  readonly before: string;
  readonly after: string;
}): JSX.Element {
  const rows = diffRows(before, after);
  if (rows.length === 0) return <p>Nothing would change.</p>;
  return (
    <div className={classes.diff} role="group" aria-label="Change of the YAML" tabIndex={0}>
      {rows.map((row, index) => (
        <Row key={index} row={row} />
      ))}
    </div>
  );
}

function Row({ row }: { readonly row: DiffRow }): JSX.Element {
  return (
    <div className={classes.row} data-kind={row.kind}>
      <span className={classes.line}>{row.line}</span>
      <span aria-hidden="true">{SIGN[row.kind]}</span>
      <code>
        {SPOKEN[row.kind] !== '' && (
          <span className="fanari-visually-hidden">{SPOKEN[row.kind]} </span>
        )}
        {row.pieces.map((piece, index) =>
          piece.isChanged ? <mark key={index}>{piece.text}</mark> : piece.text,
        )}
      </code>
    </div>
  );
}
