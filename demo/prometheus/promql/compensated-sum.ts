/** A sum that keeps the low bits which plain addition loses (Neumaier's variant of Kahan's), as Prometheus sums ranges. */
export class CompensatedSum {
  private sum = 0;
  private lost = 0;

  add(value: number): void {
    const total = this.sum + value;
    this.lost +=
      Math.abs(this.sum) >= Math.abs(value) ? this.sum - total + value : value - total + this.sum;
    this.sum = total;
  }

  /** What was summed, without compensation once it is infinite. */
  get total(): number {
    return this.isInfinite() ? this.sum : this.sum + this.lost;
  }

  /** Whether the plain sum is infinite. */
  isInfinite(): boolean {
    return Math.abs(this.sum) === Number.POSITIVE_INFINITY;
  }

  /** The plain sum. */
  get uncompensated(): number {
    return this.sum;
  }
}
