import type { ReportedEdge } from '@/mesh/telemetry/reported-edge';
import type { SecurityRates } from '@/mesh/telemetry/merged-edge';

/**
 * Policies of several reports of one reporter, added up: by requests and connections, or by bytes where no connection
 * was opened in the window.
 */
export function addSecurity(reports: readonly ReportedEdge[]): SecurityRates {
  let mutualTls = 0;
  let none = 0;
  let unknown = 0;
  for (const { security } of reports) {
    mutualTls += security.mutualTls;
    none += security.none;
    unknown += security.unknown;
  }
  return mutualTls + none + unknown > 0 ? { mutualTls, none, unknown } : addBytes(reports);
}

function addBytes(reports: readonly ReportedEdge[]): SecurityRates {
  let mutualTls = 0;
  let none = 0;
  let unknown = 0;
  for (const { tcp } of reports) {
    if (tcp === null) continue;
    mutualTls += tcp.bytesBySecurity.mutualTls;
    none += tcp.bytesBySecurity.none;
    unknown += tcp.bytesBySecurity.unknown;
  }
  const sum = { mutualTls, none, unknown };
  return mutualTls + none + unknown > 0 ? { ...sum, inBytes: true } : sum;
}
