import { exampleOf } from './examples.js';

it('takes the first text that fits, or the name says more', () => {
  expect(exampleOf({ type: 'string', pattern: '^\\d{12}$' }, 'accountId', {}, 'all')).toBe('123456789012');
  expect(exampleOf({ type: 'string' }, 'groupName', {}, 'all')).toBe('team');
  expect(exampleOf({ type: 'string', format: 'date-time' }, 'createDate', {}, 'all')).toBe('2026-01-01T00:00:00Z');
});

it('shows what a request needs and all that an answer has, through references', () => {
  const definitions = {
    User: {
      type: 'object',
      properties: { userName: { type: 'string' }, path: { type: 'string' } },
      required: ['userName'],
    },
  };
  const schema = { type: 'array', items: { $ref: '#/components/schemas/User' } };
  expect(exampleOf(schema, 'users', definitions, 'required')).toEqual([{ userName: 'ana' }]);
  expect(exampleOf(schema, 'users', definitions, 'all')).toEqual([{ userName: 'ana', path: '/team/' }]);
});

it('keeps to the bounds of numbers, and ends where a schema refers to itself', () => {
  expect(exampleOf({ type: 'integer', minimum: 1, maximum: 1000 }, 'maxItems', {}, 'all')).toBe(1000);
  const definitions = { Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } } };
  expect(JSON.stringify(exampleOf({ $ref: '#/Node' }, '', definitions, 'all')).length).toBeLessThan(100);
});

it("prefers a schema's own example", () => {
  expect(exampleOf({ type: 'object', examples: [{ a: 1 }] }, '', {}, 'all')).toEqual({ a: 1 });
});
