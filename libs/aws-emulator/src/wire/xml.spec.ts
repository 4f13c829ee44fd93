import { describe, expect, it } from 'vitest';
import { parseXml, removeElements, renderXml, setText, textAt, toXml, withMembers } from './xml.js';

const TEXT = `<?xml version="1.0"?>
<!-- from moto --><A xmlns="x"><set><item><id>1</id><name>a &amp; b &#60;</name></item><item><id>2</id></item></set><empty/></A>`;

describe('XML', () => {
  it('parses what it writes', () => {
    const tree = parseXml(TEXT);
    expect(textAt(tree, 'set', 'item', 'name')).toBe('a & b <');
    expect(renderXml(tree)).toBe(
      '<A xmlns="x"><set><item><id>1</id><name>a &amp; b &lt;</name></item><item><id>2</id></item></set><empty></empty></A>',
    );
  });

  it('finds elements by their members, changes and removes them', () => {
    const tree = parseXml(TEXT);
    const items = withMembers(tree, ['id']);
    expect(items.map((item) => textAt(item, 'id'))).toEqual(['1', '2']);
    for (const item of items) setText(item, 'name', 'c');
    removeElements(tree, new Set(items.slice(0, 1)));
    expect(renderXml(tree)).toBe(
      '<A xmlns="x"><set><item><id>2</id><name>c</name></item></set><empty></empty></A>',
    );
  });

  it('writes values: lists as repeated elements, nothing for undefined', () => {
    expect(
      toXml('a', { list: { item: ['x', 'y'] }, none: undefined, yes: true, n: 2 }).map(renderXml),
    ).toEqual(['<a><list><item>x</item><item>y</item></list><yes>true</yes><n>2</n></a>']);
  });

  it('refuses text without an element', () => {
    expect(() => parseXml('nothing')).toThrow('expected XML, got: nothing');
  });
});
