const WIDTH = 30;

/** A progress bar on a terminal; otherwise one line per tenth. Both on stderr, because stdout is for results. */
export function progressBar(what: string): (done: number, all: number) => void {
  let lastTenth = -1;
  return (done, all) => {
    const tenth = Math.floor((done / all) * 10);
    if (process.stderr.isTTY) {
      const filled = Math.round((done / all) * WIDTH);
      const end = done === all ? '\n' : '';
      process.stderr.write(`\r[${'#'.repeat(filled).padEnd(WIDTH, '-')}] ${done} of ${all} ${what}${end}`);
    } else if (tenth !== lastTenth) {
      process.stderr.write(`${done} of ${all} ${what}\n`);
    }
    lastTenth = tenth;
  };
}
