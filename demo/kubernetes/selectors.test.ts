import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { parseFieldSelector, parseLabelSelector } from '@/demo/kubernetes/selectors';

function pod(labels: Record<string, string>): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', labels },
    spec: { nodeName: 'node-a' },
    status: { phase: 'Running' },
  };
}

describe('parseLabelSelector', () => {
  it.each([
    ['app=web', true],
    ['app==web', true],
    ['app!=web', false],
    ['missing!=x', true],
    ['app=web,version=v2', false],
    ['version in (v1, v2)', true],
    ['version notin (v1,v2)', false],
    ['missing notin (v1)', true],
    ['app', true],
    ['!app', false],
    ['!missing', true],
    ['app in (web),version', true],
    ['example.com/tier=front', true],
    ['weight>5', true],
    ['weight<5', false],
    ['', true],
  ])('selects by "%s": %s', (selector, expected) => {
    const labels = { app: 'web', version: 'v1', 'example.com/tier': 'front', weight: '7' };
    expect(parseLabelSelector(selector)(pod(labels))).toBe(expected);
  });

  it.each(['app=(web', 'in (a)', '=web', 'a b', 'app in web'])('refuses "%s" with 400', (text) => {
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ code: 400 }));
  });
});

describe('a label selector that cannot be parsed', () => {
  // The words of the API server's own parser.
  it.each([
    ['a===b', "unable to parse requirement: found '=', expected: identifier"],
    ['a=b,,c', "found ',', expected: identifier after ','"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['=b', "found '=', expected: !, identifier, or 'end of string'"],
  ])('"%s" is refused with what was found and what was expected', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it.each([
    ['app=we$b', 'unable to parse requirement: values[0][app]: Invalid value: "we$b": a valid'],
    ['app in (web,we$b)', 'unable to parse requirement: values[1][app]: Invalid value: "we$b": a'],
    [`app=${'x'.repeat(64)}`, 'unable to parse requirement: values[0][app]: Invalid value: "xxx'],
    ['-x', 'unable to parse requirement: key: Invalid value: "-x": name part must consist of'],
    ['a/b/c=d', 'unable to parse requirement: key: Invalid value: "a/b/c": '],
    ['app in ()', "for 'in', 'notin' operators, values set can't be empty"],
  ])('"%s" names no label', (text, words) => {
    const message = expect.stringContaining(words) as string;
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('takes an empty value, and "in" as a value', () => {
    expect(parseLabelSelector('app=')(pod({ app: '' }))).toBe(true);
    expect(parseLabelSelector('app=,tier=in')(pod({ app: '', tier: 'in' }))).toBe(true);
    expect(parseLabelSelector('app in (,web)')(pod({ app: '' }))).toBe(true);
    expect(parseLabelSelector('app in (web,)')(pod({ app: 'x' }))).toBe(false);
  });
});

describe('parseFieldSelector', () => {
  it.each([
    ['metadata.name=web-1', true],
    ['metadata.namespace!=shop', false],
    ['spec.nodeName=node-a,status.phase=Running', true],
    ['status.phase!=Running', false],
  ])('selects pods by "%s": %s', (selector, expected) => {
    expect(parseFieldSelector(selector, '/Pod')(pod({}))).toBe(expected);
  });

  it('refuses a field that the kind does not offer', () => {
    expect(() => parseFieldSelector('status.phase=Running', '/Service')).toThrow(
      'field label not supported: status.phase',
    );
  });
});
