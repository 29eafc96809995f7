import { addTags, listTags, removeTags } from './edit-tags.js';

describe('tags', () => {
  it('are found without regard to case, and take the new spelling', () => {
    expect(addTags({ Team: 'blue', Cost: '1' }, [{ key: 'TEAM', value: 'red' }])).toEqual({
      TEAM: 'red',
      Cost: '1',
    });
    expect(removeTags({ Team: 'blue', Cost: '1' }, ['team', 'absent'])).toEqual({ Cost: '1' });
  });

  it('of managed policies differ by case', () => {
    expect(addTags({ a: '1' }, [{ key: 'A', value: '2' }], true)).toEqual({ a: '1', A: '2' });
    expect(removeTags({ a: '1', A: '2' }, ['a'], true)).toEqual({ A: '2' });
  });

  it('are at most fifty, replaced ones not counted twice', () => {
    const full = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key-${index}`, '']));
    expect(Object.keys(addTags(full, [{ key: 'KEY-7', value: 'new' }]))).toHaveLength(50);
    expect(() => addTags(full, [{ key: 'one-more', value: '' }])).toThrow(
      'The number of tags has reached the maximum limit.',
    );
  });

  it('are listed in pages without a gap or a double', () => {
    const tags = { b: '2', a: '1', c: '3' };
    const first = listTags(tags, { maxItems: 2 });
    expect(first).toMatchObject({ tags: [{ key: 'a' }, { key: 'b' }], isTruncated: true });
    expect(listTags(tags, { maxItems: 2, marker: first.marker })).toMatchObject({
      tags: [{ key: 'c' }],
      isTruncated: false,
    });
  });
});
