import { childrenFirst } from './tenant-rows.js';

it('empties a table before those it refers to', () => {
  const references = [
    { child: 'attachments', parent: 'identities' },
    { child: 'attachments', parent: 'policies' },
    { child: 'identities', parent: 'policies' },
    { child: 'policies', parent: 'accounts' },
  ];
  const names = ['policies', 'identities', 'attachments', 'sessions'];
  expect(childrenFirst(names, references)).toEqual(['attachments', 'sessions', 'identities', 'policies']);
});

it('refuses a circle rather than leave rows behind', () => {
  const circle = [
    { child: 'left', parent: 'right' },
    { child: 'right', parent: 'left' },
  ];
  expect(() => childrenFirst(['left', 'right'], circle)).toThrow('circular');
});
