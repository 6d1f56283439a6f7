/** One event of the graph stream, ready to send: `data` is JSON without line breaks. The same object for every viewer. */
export interface GraphStreamEvent {
  readonly id: string;
  readonly event: 'graph' | 'delta';
  readonly data: string;
}

/** Takes an event; must not block. */
export type GraphSubscriber = (event: GraphStreamEvent) => void;
