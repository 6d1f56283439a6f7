/** Every shortcut, as the help lists it. */
export const SHORTCUTS: readonly {
  readonly group: string;
  readonly entries: readonly { readonly keys: readonly string[]; readonly does: string }[];
}[] = [
  {
    group: 'Everywhere',
    entries: [
      { keys: ['Ctrl', 'K'], does: 'Open the command palette' },
      { keys: ['?'], does: 'Show this list' },
      { keys: ['P'], does: 'Pause or resume refreshing' },
      { keys: ['Esc'], does: 'Close what is open, or clear the selection' },
    ],
  },
  {
    group: 'Graph page',
    entries: [
      { keys: ['/'], does: 'Find in the graph' },
      { keys: ['T'], does: 'Change between graph and table' },
      { keys: ['L'], does: 'Next edge label' },
      { keys: ['↑', '↓', '←', '→'], does: 'Walk along the edges, with the graph in focus' },
    ],
  },
  {
    group: 'Traffic split, with its handle in focus',
    entries: [
      { keys: ['←', '→'], does: 'Move one percent' },
      { keys: ['Page Up', 'Page Down'], does: 'Move ten percent' },
      { keys: ['Enter'], does: 'Review the change' },
    ],
  },
];
