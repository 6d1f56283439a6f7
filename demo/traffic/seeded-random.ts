/**
 * Pseudo-random numbers that repeat for a seed (sfc32, seeded through splitmix32). Not for secrets.
 * All draws advance one stream, so the same calls in the same order give the same values.
 */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    let state = seed | 0;
    const split = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return (mixed ^ (mixed >>> 15)) | 0;
    };
    this.a = split();
    this.b = split();
    this.c = split();
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    const total = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + total) | 0;
    return (total >>> 0) / 4294967296;
  }

  /** Integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** Standard normal deviate (Box-Muller, one of the pair). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Poisson count with the given mean; above 30 a rounded normal, whose error is below the noise itself. */
  poisson(mean: number): number {
    if (!(mean > 0)) return 0;
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let product = this.next();
    let count = 0;
    while (product > limit) {
      count += 1;
      product *= this.next();
    }
    return count;
  }

  /** How many of `trials` succeed when each does with `probability`. Exact for few trials, else a clamped normal. */
  binomial(trials: number, probability: number): number {
    if (trials <= 0 || probability <= 0) return 0;
    if (probability >= 1) return trials;
    if (probability > 0.5) return trials - this.binomial(trials, 1 - probability);
    const mean = trials * probability;
    if (trials <= 40) {
      let hits = 0;
      for (let trial = 0; trial < trials; trial += 1) if (this.next() < probability) hits += 1;
      return hits;
    }
    if (mean < 12) return Math.min(trials, this.geometricSkips(trials, probability));
    const value = Math.round(mean + Math.sqrt(mean * (1 - probability)) * this.normal());
    return Math.min(trials, Math.max(0, value));
  }

  /** Splits `trials` over `shares` (any positive scale); the parts always add up to `trials`. */
  multinomial(trials: number, shares: readonly number[]): number[] {
    // Called for every edge in every step: loops, because closures here cost more than the draws.
    let left = trials;
    let shareLeft = 0;
    for (const share of shares) shareLeft += share;
    const parts = new Array<number>(shares.length).fill(0);
    for (let index = 0; index < shares.length && left > 0; index += 1) {
      const share = shares[index] ?? 0;
      const isLast = index === shares.length - 1;
      const part = isLast ? left : this.binomial(left, shareLeft > 0 ? share / shareLeft : 0);
      parts[index] = part;
      left -= part;
      shareLeft -= share;
    }
    return parts;
  }

  /** Counts successes by jumping from one to the next; cost grows with the number of successes only. */
  private geometricSkips(trials: number, probability: number): number {
    const logMiss = Math.log1p(-probability);
    let hits = -1;
    let position = 0;
    while (position <= trials) {
      hits += 1;
      position += Math.floor(Math.log(1 - this.next()) / logMiss) + 1;
    }
    return hits;
  }
}
