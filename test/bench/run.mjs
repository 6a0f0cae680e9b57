/** `npm run bench -- <name> [options]`: one file a bench; without a name it lists them. */
const BENCHES = {
  ingest: 'analysis of an export against inflating it, zgrep and awk, and DuckDB; memory; every other shape',
  agent: 'what the agent costs: start, init, memory, each invocation, a server; what survives freezing and killing',
  otlp: 'spans per CPU-second, received over HTTP and added up; decoding against protobufjs',
  'watch-soak': 'a day of load into a running analysis in fast motion: memory flat, nothing acknowledged lost, drops counted; --quick',
  drill: 'fault drills: cost while idle, the end in time without a controller, nothing touched that must not be',
  watch: 'the dashboard: first frame, CPU, bytes, clears and heap at 120x40, against ordinary Ink boxes',
};

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !(name in BENCHES)) {
  console.error(`usage: npm run bench -- <name> [options]\n`);
  for (const [each, what] of Object.entries(BENCHES)) console.error(`  ${each.padEnd(10)} ${what}`);
  process.exit(name === undefined ? 0 : 2);
}
const { bench } = await import(`./${name}.mjs`);
process.exitCode = await bench(rest);
