import type { Logger } from 'pino';
import type { Observer } from '@/server/ports';
import type { OwnMetrics } from '@/server/telemetry/metrics';

/**
 * Counts what happens and logs what somebody may have to look into. Every write is one audit line, whatever the level of
 * the log.
 */
export function createObserver(metrics: OwnMetrics, log: Logger): Observer {
  const auditLog = log.child({ audit: true }, { level: 'info' });
  return {
    onCall(source, operation, outcome, milliseconds) {
      metrics.calls.inc({ source, operation, outcome });
      metrics.callSeconds.observe({ source, operation }, milliseconds / 1000);
    },
    onWatchRestart(kind, reason) {
      metrics.watchRestarts.inc({ kind, reason });
      log.debug({ kind, reason }, 'watch restarted');
    },
    onRefresh(windowSeconds, outcome, milliseconds) {
      metrics.refreshSeconds.observe({ outcome }, milliseconds / 1000);
      if (outcome !== 'ok') log.warn({ windowSeconds, outcome }, 'telemetry refresh incomplete');
    },
    onGraphBuilt(view, milliseconds) {
      metrics.buildSeconds.observe({ view }, milliseconds / 1000);
    },
    onStreamClients(count) {
      metrics.streamClients.set(count);
    },
    onStreamDropped() {
      metrics.streamDropped.inc();
    },
    onWrite(entry) {
      metrics.writes.inc({ outcome: entry.outcome });
      auditLog.info(entry, 'write');
    },
    warn(message, fields) {
      log.warn(fields, message);
    },
  };
}
