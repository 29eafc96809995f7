import { setImmediate as immediate } from 'node:timers/promises';
import { Turns } from './turns.js';

it('goes on with so many at once, in order', async () => {
  const turns = new Turns(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const work = (number: number) =>
    turns.take(async () => {
      started.push(number);
      most = Math.max(most, (running += 1));
      await immediate();
      running -= 1;
      return number;
    });
  expect(await Promise.all([1, 2, 3, 4, 5].map(work))).toEqual([1, 2, 3, 4, 5]);
  expect(started).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

it('sends away who comes when 500 wait, and takes the next when there is room again', async () => {
  const turns = new Turns(1);
  let open!: () => void;
  const first = turns.take(() => new Promise<void>((resolve) => (open = resolve)));
  await immediate();
  const waiting = Array.from({ length: 500 }, () => turns.take(immediate));
  await expect(turns.take(immediate)).rejects.toMatchObject({ code: 'Throttling' });
  open();
  await Promise.all([first, ...waiting]);
  await expect(turns.take(() => Promise.resolve('in'))).resolves.toBe('in');
});

describe('groups', () => {
  /** Work of a group that is in progress until the returned function is called; the others wait for it. */
  function occupied(turns: Turns): () => void {
    let open!: () => void;
    void turns.take(() => new Promise<void>((resolve) => (open = resolve)), 'crowd');
    return () => open();
  }

  it('a group with a long queue delays another group by one turn', async () => {
    const turns = new Turns(1);
    const open = occupied(turns);
    const done: string[] = [];
    const work = (name: string, group: string) => turns.take(() => Promise.resolve(void done.push(name)), group);
    const all = [...Array.from({ length: 20 }, (_, index) => work(`crowd ${index}`, 'crowd')), work('one', 'other')];
    open();
    await Promise.all(all);
    expect(done.indexOf('one')).toBe(1);
    expect(done).toHaveLength(21);
  });

  it('a group with 100 waiting is refused more, and others are not', async () => {
    const turns = new Turns(1);
    const open = occupied(turns);
    const waiting = Array.from({ length: 100 }, () => turns.take(immediate, 'crowd'));
    await expect(turns.take(immediate, 'crowd')).rejects.toMatchObject({ code: 'Throttling' });
    const other = turns.take(() => Promise.resolve('in'), 'other');
    open();
    await Promise.all(waiting);
    await expect(other).resolves.toBe('in');
  });

  it('work that fails passes its turn on', async () => {
    const turns = new Turns(1);
    await expect(turns.take(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await expect(turns.take(() => Promise.resolve('in'))).resolves.toBe('in');
  });
});
