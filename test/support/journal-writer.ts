// A process that writes to a journal without end and says what it has written, until it is killed.
import { systemClock } from '../../src/std/clock.ts';
import { consoleLog } from '../../src/std/log.ts';
import { openJournalStore } from '../../src/storage/journal-open.ts';
import { summary } from './journal-entries.ts';

const [folder = '', kind] = process.argv.slice(2);
const store = await openJournalStore({
  folder,
  retention: () => ({ maxAgeMs: 1e14, maxBytes: 1e9 }),
  clock: systemClock,
  log: consoleLog,
  ...(kind === 'plain files' && { load: () => Promise.reject(new Error('not wanted')) }),
});
for (let batch = 0; ; batch += 1) {
  const ids = [0, 1, 2, 3].map((index) => `${process.pid}-${batch}-${index}`);
  await store.write(
    ids.map((id) => ({
      summary: summary({ id }),
      summaryJson: JSON.stringify(summary({ id })),
      detailsJson: JSON.stringify({ tries: [] }),
      bodies: [Buffer.from(id.repeat(500)), undefined, undefined, undefined],
    })),
  );
  // Of a process that is killed, only what is written at once is sure to arrive.
  process.stdout.write(`${ids.join(' ')}\n`);
}
