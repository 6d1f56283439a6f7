import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  readonly payload: AdapterPayload;
  /** Epoch milliseconds; `Infinity`: never. */
  readonly endsAtMs: number;
}

/** All that an OIDC provider remembers, so that it can go on with other keys where it stopped. */
export class OidcMemory {
  private readonly models = new Map<string, Map<string, Entry>>();

  /** The provider's view of one of its models (`RefreshToken`, `Session`, …). */
  readonly adapter = (model: string): Adapter => {
    const find = (wanted: (payload: AdapterPayload, id: string) => boolean) =>
      Promise.resolve(this.live(model).find(([id, payload]) => wanted(payload, id))?.[1]);
    return {
      upsert: (id, payload, expiresIn) => {
        const endsAtMs = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000;
        this.entries(model).set(id, { payload, endsAtMs });
        return Promise.resolve();
      },
      find: (id) => find((_payload, candidate) => candidate === id),
      findByUid: (uid) => find((payload) => payload.uid === uid),
      findByUserCode: (userCode) => find((payload) => payload.userCode === userCode),
      consume: (id) => {
        const entry = this.entries(model).get(id);
        if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000);
        return Promise.resolve();
      },
      destroy: (id) => {
        this.entries(model).delete(id);
        return Promise.resolve();
      },
      revokeByGrantId: (grantId) => {
        for (const [id, payload] of this.live(model)) {
          if (payload.grantId === grantId) this.entries(model).delete(id);
        }
        return Promise.resolve();
      },
    };
  };

  /** What a model holds that is not past its end, in order of arrival. */
  live(model: string): readonly (readonly [string, AdapterPayload])[] {
    const nowMs = Date.now();
    return [...this.entries(model)]
      .filter(([, { endsAtMs }]) => endsAtMs > nowMs)
      .map(([id, { payload }]) => [id, payload]);
  }

  private entries(model: string): Map<string, Entry> {
    const known = this.models.get(model) ?? new Map<string, Entry>();
    this.models.set(model, known);
    return known;
  }
}
