/** The version in an image's tag, without its flavour: `1.30.3` of `istio/proxyv2:1.30.3-distroless`; `null` by digest only. */
export function imageVersion(image: string | null): string | null {
  const [name = ''] = (image ?? '').split('@');
  const tag = /:([^:/]+)$/.exec(name)?.[1];
  return tag?.replace(/-(distroless|debug)$/, '') ?? null;
}
