import type { SeededRandom } from '@/demo/traffic/seeded-random';

/**
 * One mode of a latency distribution: a fixed time (an injected delay) and on top of it a lognormal one around
 * `medianMs` with the common spread {@link SPREAD}.
 */
export interface LatencyMode {
  readonly share: number;
  readonly fixedMs: number;
  readonly medianMs: number;
}

/** A mixture of lognormal modes; shares add up to 1. */
export type Latency = readonly LatencyMode[];

/** Standard deviation of the logarithm of every mode: p95 is about twice the median. */
export const SPREAD = 0.42;

const MAX_MODES = 6;
const QUANTILE_STEPS = 512;
const FACTORS = quantileFactors();

/** A latency with one mode. */
export function latencyOf(medianMs: number): Latency {
  return [{ share: 1, fixedMs: 0, medianMs }];
}

/** Exactly `fixedMs`, give or take the millisecond that a proxy needs. */
export function fixedLatency(fixedMs: number): Latency {
  return [{ share: 1, fixedMs, medianMs: 0.5 }];
}

/** Every mode `factor` times as long. */
export function scaled(latency: Latency, factor: number): Latency {
  return latency.map(({ share, fixedMs, medianMs }) => ({
    share,
    fixedMs: fixedMs * factor,
    medianMs: medianMs * factor,
  }));
}

/** Latency of doing `first` and then `second`; modes are added pairwise and the rarest ones merged. */
export function sequence(first: Latency, second: Latency): Latency {
  const modes = first.flatMap((a) =>
    second.map((b) => ({
      share: a.share * b.share,
      fixedMs: a.fixedMs + b.fixedMs,
      medianMs: a.medianMs + b.medianMs,
    })),
  );
  return compact(modes);
}

/** Latency when each part happens with its share; shares are scaled to add up to 1, and no part gives `null`. */
export function mixture(parts: readonly { share: number; latency: Latency }[]): Latency | null {
  const total = parts.reduce((sum, part) => sum + part.share, 0);
  if (total <= 0) return null;
  return compact(
    parts.flatMap((part) =>
      part.latency.map((mode) => ({ ...mode, share: (mode.share * part.share) / total })),
    ),
  );
}

/** Probability that the latency exceeds `limitMs`. */
export function exceedance(latency: Latency, limitMs: number): number {
  return latency.reduce((sum, mode) => {
    const left = limitMs - mode.fixedMs;
    if (left <= 0) return sum + mode.share;
    const z = Math.log(left / Math.max(mode.medianMs, 1e-6)) / SPREAD;
    return sum + mode.share * (1 - normalCdf(z));
  }, 0);
}

/** Mean in milliseconds. */
export function meanMs(latency: Latency): number {
  const factor = Math.exp((SPREAD * SPREAD) / 2);
  return latency.reduce(
    (sum, mode) => sum + mode.share * (mode.fixedMs + mode.medianMs * factor),
    0,
  );
}

/** The latency given that it stays within `limitMs`: modes beyond it are left out, the rest capped when sampled. */
export function within(latency: Latency, limitMs: number): Latency {
  const kept = latency.filter((mode) => centreOf(mode) <= limitMs);
  const parts = kept.map((mode) => ({ share: mode.share, latency: [{ ...mode, share: 1 }] }));
  return mixture(parts) ?? latencyOf(limitMs * 0.9);
}

/** One draw in milliseconds. */
export function drawMs(latency: Latency, random: SeededRandom): number {
  return atQuantile(pickMode(latency, random.next()), random.next());
}

/**
 * Calls `visit(valueMs, count)` so that the counts add up to `count`: single draws while there are few, else one draw
 * from each of eight equal slices of the distribution.
 */
export function drawMany(
  latency: Latency,
  count: number,
  random: SeededRandom,
  visit: (valueMs: number, count: number) => void,
): void {
  if (count <= 8) {
    for (let index = 0; index < count; index += 1) visit(drawMs(latency, random), 1);
    return;
  }
  const parts = random.multinomial(
    count,
    latency.map((mode) => mode.share),
  );
  latency.forEach((mode, index) => drawSlices(mode, parts[index] ?? 0, random, visit));
}

function drawSlices(
  mode: LatencyMode,
  count: number,
  random: SeededRandom,
  visit: (valueMs: number, count: number) => void,
): void {
  const slices = Math.min(8, count);
  let left = count;
  for (let slice = 0; slice < slices; slice += 1) {
    const part = Math.round(left / (slices - slice));
    left -= part;
    if (part > 0) visit(atQuantile(mode, (slice + random.next()) / slices), part);
  }
}

function centreOf(mode: LatencyMode): number {
  return mode.fixedMs + mode.medianMs;
}

function compact(modes: readonly LatencyMode[]): Latency {
  const kept = modes.filter((mode) => mode.share > 1e-4).sort((a, b) => centreOf(a) - centreOf(b));
  while (kept.length > MAX_MODES) mergeClosest(kept);
  const total = kept.reduce((sum, mode) => sum + mode.share, 0);
  return kept.map((mode) => ({ ...mode, share: mode.share / total }));
}

function mergeClosest(modes: LatencyMode[]): void {
  let best = 0;
  let bestCost = Infinity;
  for (let index = 0; index + 1 < modes.length; index += 1) {
    const [low, high] = [modes[index], modes[index + 1]];
    if (low === undefined || high === undefined) continue;
    const cost = Math.log(centreOf(high) / centreOf(low)) * Math.min(low.share, high.share);
    if (cost < bestCost) [best, bestCost] = [index, cost];
  }
  const [low, high] = [modes[best], modes[best + 1]];
  if (low === undefined || high === undefined) return;
  const share = low.share + high.share;
  const mean = (a: number, b: number): number => (a * low.share + b * high.share) / share;
  modes.splice(best, 2, {
    share,
    fixedMs: mean(low.fixedMs, high.fixedMs),
    medianMs: mean(low.medianMs, high.medianMs),
  });
}

function pickMode(latency: Latency, at: number): LatencyMode {
  let left = at;
  for (const mode of latency) {
    left -= mode.share;
    if (left < 0) return mode;
  }
  return latency.at(-1) ?? { share: 1, fixedMs: 0, medianMs: 1 };
}

function atQuantile(mode: LatencyMode, quantile: number): number {
  return mode.fixedMs + mode.medianMs * (FACTORS[Math.floor(quantile * QUANTILE_STEPS)] ?? 1);
}

/** Abramowitz and Stegun 26.2.17; absolute error below 1e-7. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = Math.exp((-z * z) / 2) * 0.3989422804014327 * poly;
  return z >= 0 ? 1 - tail : tail;
}

/** exp(SPREAD * z) at the middle of each of QUANTILE_STEPS equal slices, by bisection of the normal CDF. */
function quantileFactors(): Float64Array {
  return Float64Array.from({ length: QUANTILE_STEPS }, (_, index) => {
    const target = (index + 0.5) / QUANTILE_STEPS;
    let [low, high] = [-5, 5];
    for (let step = 0; step < 40; step += 1) {
      const middle = (low + high) / 2;
      if (normalCdf(middle) < target) low = middle;
      else high = middle;
    }
    return Math.exp((SPREAD * (low + high)) / 2);
  });
}
