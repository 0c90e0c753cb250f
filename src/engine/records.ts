// Everything that keeps records of exchanges, put together: the journal, the log files, the metrics and, where the
// environment asks for them, traces.
import { dirname, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { startFileLogs } from '../journal/file-log.ts';
import { keepingOf, retentionOf } from '../journal/keeping.ts';
import { startMetrics } from '../journal/metrics.ts';
import type { Counts } from '../journal/metrics.ts';
import type { JournalReader } from '../journal/store.ts';
import type { TraceOptions, Traces } from '../journal/traces.ts';
import type { Observe } from '../exchange/events.ts';
import type { Clock } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import { openJournal } from '../storage/journal-open.ts';
import { openLogFiles } from '../storage/log-files.ts';

export interface RecordsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly dataFolder: string;
  /** Undefined: there is none. */
  readonly configFile: string | undefined;
  /** The main configuration as it is now. */
  readonly config: () => Config;
  /** Undefined: no traces. */
  readonly traces: TraceOptions | undefined;
}

export interface Records {
  /** Those who keep exchanges, as the configuration wants it when they begin, from where they must be told. */
  observers(configNow: () => Config): readonly Observe[];
  readonly journal: JournalReader;
  /** The page of `GET /metrics`. */
  metrics(): string;
  counts(): Counts;
  /** Counts a text rule that was stopped because it took too long; its name begins with its section. */
  ruleStopped(rule: string): void;
  /** Notes a mistake of First Hop's own. */
  fault(error: unknown): void;
  /** Writes what waits and closes. */
  close(): Promise<void>;
}

/** Opens nothing on disk before there is something to write. */
export async function openRecords(parts: RecordsParts): Promise<Records> {
  const { clock, log, config, dataFolder, configFile, version } = parts;
  const logs = startFileLogs(
    config,
    configFile === undefined ? dataFolder : dirname(configFile),
    (name, limits) => openLogFiles(name, limits, clock, log),
    clock,
  );
  const journal = openJournal({
    folder: config().journal.folder ?? join(dataFolder, 'journal'),
    retention: () => retentionOf(config().journal),
    clock,
    log,
    also(entry) {
      logs.exchange(entry);
      metrics.tokens(entry.summary.tokens);
    },
  });
  const traces = await tracesFor(parts);
  const metrics = startMetrics(clock, version, [
    dropped('journal', 'Exchanges that the journal could not keep.', () => journal.dropped),
    dropped('request_log', 'Lines that the request log could not keep.', () => logs.dropped.requests),
    dropped('error_log', 'Lines that the error log could not keep.', () => logs.dropped.errors),
    ...(traces === undefined
      ? []
      : [dropped('spans', 'Spans of traces that nobody took.', () => traces.dropped)]),
  ]);
  return {
    observers(configNow) {
      const record = journal.observer(() => {
        const { journal: options, logging, error_logging: errorLogging } = configNow();
        return keepingOf(options, logging, logging.enabled || errorLogging.enabled);
      });
      return [metrics.observe, record, ...(traces === undefined ? [] : [traces.observe])];
    },
    journal: journal.store,
    metrics: () => metrics.render(),
    counts: () => metrics.counts(),
    ruleStopped: (rule) =>
      metrics.ruleSkipped(
        rule.startsWith('response_processing') ? 'response_processing' : 'regex_replacement',
      ),
    fault: (error) => logs.fault(error),
    async close() {
      // The journal's last entries are the logs' too.
      await journal.close();
      await Promise.all([logs.close(), traces?.close()]);
    },
  };
}

async function tracesFor({ traces, version, clock, log }: RecordsParts): Promise<Traces | undefined> {
  if (traces === undefined) return undefined;
  const { startTraces } = await import('../journal/traces.ts');
  return startTraces(traces, version, clock, log);
}

function dropped(
  what: string,
  help: string,
  value: () => number,
): Parameters<typeof startMetrics>[2][number] {
  return { name: `${what}_dropped_total`, help, type: 'counter', value };
}
