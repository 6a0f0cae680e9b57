/** The measured receiver: answers its parent with its address, and with what it used and took so far. */
import { Assembler } from '../../../analyzer/dist/assemble/index.js';
import { startOtlpReceiver } from '../../../analyzer/dist/live/otlp-receiver.js';
import { EventParser } from '../../../analyzer/dist/parse/event-parser.js';
import { Summarizer } from '../../../analyzer/dist/store/summarizer.js';

const summarizer = new Summarizer();
const parser = new EventParser(summarizer, {}, () => assembler.consume());
const assembler = new Assembler(parser, summarizer);
summarizer.attach(parser);
parser.beginFile(0, 'OTLP');
const receiver = await startOtlpReceiver({ port: 0 }, parser);

process.on('message', (question) => {
  if (question === 'start') return process.send({ url: receiver.url });
  const { user, system } = process.cpuUsage();
  const { takenCount, passedOverCount } = receiver.counts();
  process.send({ cpuUs: user + system, spanCount: takenCount + passedOverCount, rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
