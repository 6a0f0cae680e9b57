/**
 * What a person with DuckDB would type instead: one aggregate over the REPORT lines of all files, straight from gzip.
 * No joins, no failures, no sandboxes.
 *
 *   node test/bench/duckdb-aggregate.mjs DIR [threads]
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [folder, threads = '2'] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', {
  threads,
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
});
const connection = await instance.connect();
const reader = await connection.runAndReadAll(`
  with lines as (
    select line from read_csv('${folder.replaceAll("'", "''")}/**/*.gz',
      columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', escape = '', header = false, auto_detect = false,
      compression = 'gzip', max_line_size = 4194304, strict_mode = false)
  ),
  reports as (
    select
      cast(regexp_extract(line, '\\tDuration: ([0-9.]+) ms', 1) as double) as duration_ms,
      cast(regexp_extract(line, 'Max Memory Used: ([0-9]+) MB', 1) as integer) as memory_mb
    from lines where contains(line, 'REPORT RequestId: ')
  )
  select count(*)::integer, avg(duration_ms), quantile_cont(duration_ms, 0.5), quantile_cont(duration_ms, 0.99), max(memory_mb)
  from reports`);
console.log(JSON.stringify(reader.getRowsJson()[0]));
