import type { DoctorResponse } from '@/contract/doctor';
import { count, SEVERITIES, type Severity } from '@/mesh/doctor/finding';

type Finding = DoctorResponse['findings'][number];

/** How a report is written to a terminal. */
export interface ReportStyle {
  readonly isColoured: boolean;
  /** Width that lines are wrapped at; commands are never wrapped, so that they can be copied. */
  readonly columns: number;
}

const LOOK = {
  error: { mark: '✗', code: 31, word: 'error' },
  warning: { mark: '!', code: 33, word: 'warning' },
  unknown: { mark: '?', code: 35, word: 'not known' },
  info: { mark: 'i', code: 36, word: 'note' },
  ok: { mark: '✓', code: 32, word: 'right' },
} as const satisfies Record<Severity, { mark: string; code: number; word: string }>;

const INDENT = '    ';
/** Objects named under a finding; the page and `--json` have more. */
const OBJECTS = 6;

/** The report for people at a terminal, worst first; what is right takes one line each. */
export function formatReport(report: DoctorResponse, style: ReportStyle): string {
  const blocks = report.findings.map((finding) =>
    finding.severity === 'ok' ? heading(finding, style) : block(finding, style),
  );
  return `${blocks.join('\n')}\n\n${summary(report.findings)}\n`;
}

function paint(text: string, code: number, { isColoured }: ReportStyle): string {
  return isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
}

function heading({ severity, title, group }: Finding, style: ReportStyle): string {
  const { mark, code } = LOOK[severity];
  return `${paint(mark, code, style)} ${paint(title, 1, style)} ${paint(`(${group})`, 2, style)}`;
}

function block(finding: Finding, style: ReportStyle): string {
  const { seen, fix, objects, objectCount } = finding;
  const named = objects.slice(0, OBJECTS).map(({ ref, detail }) => {
    const place = ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`;
    return `${ref.kind} ${place}${detail === null ? '' : `: ${detail}`}`;
  });
  const rest = objectCount - named.length;
  const lines = [
    heading(finding, style),
    ...wrap(seen, style.columns),
    ...named.map((line) => `${INDENT}- ${line}`),
    ...(rest > 0 ? [`${INDENT}- and ${rest} more`] : []),
    ...(fix === null ? [] : wrap(`Fix: ${fix.text}`, style.columns)),
    ...(fix?.commands ?? []).map((command) => `${INDENT}  $ ${command}`),
  ];
  return `${lines.join('\n')}\n`;
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT.length + line.length + 1 + word.length > columns) {
      lines.push(INDENT + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, INDENT + line];
}

function summary(findings: readonly Finding[]): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const amount = findings.filter((finding) => finding.severity === severity).length;
    const { word } = LOOK[severity];
    const isNoun = severity === 'error' || severity === 'warning' || severity === 'info';
    return amount === 0 ? [] : [isNoun ? count(amount, word) : `${amount} ${word}`];
  });
  return parts.join(', ');
}
