/**
 * Share of requests refused when `limit` may be in flight and `offered` would be on average (Erlang's loss formula).
 * Range 0..1. Cost: linear in `limit`, and none when the limit is far away.
 */
export function erlangLoss(offered: number, limit: number): number {
  if (offered <= 0 || limit > offered * 8 + 20) return 0;
  let inverse = 1;
  for (let servers = 1; servers <= limit; servers += 1) inverse = 1 + (inverse * servers) / offered;
  return 1 / inverse;
}
