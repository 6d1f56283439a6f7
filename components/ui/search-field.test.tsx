import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { SearchField } from '@/components/ui/search-field';

afterEach(cleanup);

function renderField(value: string) {
  const field = (text: string) => (
    <SearchField
      label="Find"
      placeholder=""
      className=""
      value={text}
      onChange={vi.fn()}
      maxLength={20}
    />
  );
  const { rerender } = render(field(value));
  const input = screen.getByRole<HTMLInputElement>('searchbox');
  return {
    input,
    type: (text: string) => fireEvent.change(input, { target: { value: text } }),
    arrives: (text: string) => rerender(field(text)),
  };
}

it('lets what is typed stand while earlier texts come back', () => {
  const { input, type, arrives } = renderField('');
  type('a');
  type('ab');
  arrives('a');
  expect(input.value).toBe('ab');
  arrives('ab');
  expect(input.value).toBe('ab');
});

it('takes a text that was not typed here', () => {
  const { input, arrives } = renderField('old');
  arrives('from a link');
  expect(input.value).toBe('from a link');
});

it('shows the old text again when Back comes before the typed one did', () => {
  const { input, type } = renderField('old');
  type('new');
  fireEvent(window, new PopStateEvent('popstate'));
  expect(input.value).toBe('old');
});

it('ends with what Back leads to when the typed text comes late', () => {
  const { input, type, arrives } = renderField('old');
  type('new');
  fireEvent(window, new PopStateEvent('popstate'));
  arrives('new');
  arrives('old');
  expect(input.value).toBe('old');
});
