/** One server-sent event with data. */
export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** The events of a response, of the names given only, or all. */
export async function* readEvents(
  response: Response,
  names: readonly string[] | null = null,
): AsyncGenerator<StreamEvent, undefined> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      if (field('data') === '' || names?.includes(field('event')) === false) continue;
      yield { id: field('id'), event: field('event'), data: field('data') };
    }
  }
  return undefined;
}
