import { readSettings } from '@/server/config';
import { examine } from '@/server/doctor/examine';
import { formatReport } from '@/server/doctor/format-report';

const JSON_FLAG = '--json';
const NARROWEST = 60;
const WIDEST = 110;

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Exit status: 0 without errors, 1 with errors, 2 when nothing could be examined. */
async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  const settings = readSettings(argv.filter((argument) => argument !== JSON_FLAG));
  if (!settings.ok) {
    for (const { setting, message } of settings.error) complain(`${setting} ${message}`);
    complain('`npm start -- --help` lists every setting; the doctor also takes --json.');
    return 2;
  }
  const report = await examine(settings.value);
  const { stdout } = process;
  const columns = Math.min(WIDEST, Math.max(NARROWEST, stdout.isTTY ? stdout.columns : WIDEST));
  const isColoured = stdout.isTTY && stdout.hasColors();
  const text = argv.includes(JSON_FLAG)
    ? `${JSON.stringify(report, null, 2)}\n`
    : formatReport(report, { isColoured, columns });
  await new Promise<void>((resolve) => stdout.write(text, () => resolve()));
  return report.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

process.exit(
  await main().catch((caught: unknown) => {
    complain(`The doctor could not look: ${String(caught)}`);
    return 2;
  }),
);
