/**
 * Log lines of invented services whose print statements are known: each line carries the number of the statement that
 * printed it. `{…}` stands for a value; which kinds there are is in `VALUES`.
 *
 * The rules of the miner were chosen with all of these in view, and with `opened-services.mjs`; `sealed-services.mjs` holds those on which it is scored.
 */
import { inspect } from 'node:util';
import { furtherValues } from './further-values.mjs';
import { moreStateValues } from './more-state-programs.mjs';
import { openedValues } from './opened-services.mjs';
import { sealedValues } from './sealed-services.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';
import { stateValues } from './state-programs.mjs';
import { wildValues } from './wild-values.mjs';

export const TRAINING = {
  orders: `received order {uuid} with {n} items|order {ORD} priced at {money} in {n} ms|order {ORD} paid by card|order {ORD} paid by invoice|order {ORD} rejected: out of stock|order {ORD} rejected: address unknown|[OrderService] saved order {uuid}|[OrderService] publishing order.created for {uuid}|cache miss for basket {hex}|cache hit for basket {hex}|retrying payment for {ORD} (attempt {n} of 3)|payment provider answered 200 in {n} ms|payment provider answered {n} after {s}|Processing {n} records from queue {queue}|order state changed to {state}|customer {name} logged in|{method} /orders/{uuid} 200 {n}ms|{method} order accepted with 201 in {n}ms|made {obj}|payload: {json}`,
  shipping: `label printed for parcel {hex} carrier={word} weight={n}|no carrier delivers to {city}|parcel {hex} left warehouse {city}|tracking update: {json}|connected to {host}:{n}|connection to {host} lost, reconnecting in {s}|SQS batch of {n} messages took {n} ms|message {uuid} moved to dead letter queue|missing fields: {list}|rate table version {semver} loaded|lambda cold start: {bool}|uploading {path} to s3://{word}-labels/{uuid}.pdf|uploaded {n} bytes|address of {name} could not be verified|driver {name} assigned to tour {n}|tour {n} completed in {s}`,
  jobs: `job {word} started|job {word} finished in {s}|job {word} failed: {sentence}|next run of {word} at {iso}|lock {word} acquired by {host}|lock {word} released|deleted {n} expired sessions|heap used {n} MB of {n} MB|config reloaded from {path}|feature flag {word} is {bool}|worker {n} exited with code {n}|worker {n} online|pool size {n}, {n} waiting|slow query ({n} ms): SELECT * FROM {word} WHERE id = {n}|migration {n}_{word} applied`,
};

/** Sealed once: what went wrong with them changed the rules, so they are training now. */
export const MORE = {
  billing: `Invoice {INV} issued to {company}, due {date}|Invoice {INV} marked as paid|Invoice {INV} marked as overdue|Reminder {n} for {INV} sent to [email]|Dunning run over {n} accounts took {s}|VAT number {vat} of {company} is valid|VAT number {vat} of {company} could not be checked|Currency {currency} converted to EUR at {rate}|Ledger entry {uuid} booked on account {n}|Ledger closed for {month}|Ledger reopened for {month}|charge.succeeded webhook for {stripe}|charge.failed webhook for {stripe}: {reason}|ignoring webhook of type {eventtype}|Refund of {money} requested by {person}|Refund of {money} approved by {person}|Refund of {money} declined by {person}|Cannot render invoice: template "{word}" has no block "{word}"|Stripe API version {date}|Exporting {n} rows to {path}`,
  search: `indexed {n} documents in {s}|index {word}-{date} created|index {word}-{date} deleted|query "{phrase}" returned {n} hits in {n}ms|query "{phrase}" returned nothing|did you mean {quoted}?|shard {n}/{n} relocated to {node}|shard {n}/{n} initialised|refresh took {s}, threshold {s}|mapping conflict on field {dotted}|suggestions warmed for locale {locale}|circuit breaker open for {node}|circuit breaker half-open for {node}|circuit breaker closed for {node}|synonyms reloaded: {n} entries|cluster health is green|cluster health is yellow|cluster health is red|bulk request rejected ({n} bytes)|score explain: {obj}`,
  auth: `login ok user={person} method={auth}|login failed user={person} reason={why}|token issued for client {uuid} scopes={scopes}|token {jwt} expired|token refresh for session {hex}|session {hex} ended after {duration}|MFA challenge sent to +{n}|MFA challenge answered|password reset requested for {person}|password reset completed for {person}|account {person} locked after {n} attempts|account {person} unlocked by {person}|JWKS fetched from {url} (kid {hex})|JWKS cache is {n}s old|role {role} granted to {person}|role {role} revoked from {person}|denied: {person} lacks {permission}|CORS preflight from {origin}|suspicious sign-in from {ip} ({city}, {country})|audit {json}`,
  media: `transcoding {file} to {resolution}|transcoded {file}: {n} frames, {rate}x|thumbnail {n} of {file} skipped|ffmpeg exited with code {n}|ffmpeg: {sentence}|probe says codec={codec} duration={duration} bitrate={n}k|uploading part {n}/{n} of {file}|multipart upload {hex} completed|multipart upload {hex} aborted|purged {url} from CDN ({n} edges)|stream {uuid} went live|stream {uuid} ended, peak viewers {n}|viewer {person} joined stream {uuid}|viewer {person} left stream {uuid}|disk {path} at {pct}|{n} jobs waiting, oldest {duration}|watermark applied for {company}|subtitle track {locale} missing|subtitle track {locale} attached|DRM licence for {hex} issued`,
  iot: `device {mac} connected via {ip}:{n}|device {mac} disconnected ({why})|telemetry {json}|temperature {float}°C on {mac} above limit {float}|battery of {mac} at {pct}|firmware {semver} scheduled for {n} devices|firmware {semver} rolled back on {mac}|shadow update accepted|shadow update rejected: {reason}|rule {word} fired {n} times|twin of {mac}: {obj}|MQTT subscribe {topic}|MQTT publish {topic} qos={n}|gateway {node} heartbeat late by {s}|gateway {node} heartbeat ok|calibrated {mac} with offset {signed}|clock drift {signed}ms on {mac}|parsed frame {hexdump}|dropping frame, bad checksum {hex0x}|sampled {vector}`,
  chat: `{person} joined #{channel}|{person} left #{channel}|{person} is typing|message {snowflake} delivered to {n} of {n} members|message {snowflake} edited by {person}|message {snowflake} deleted by {person}|push to {person} failed: {reason}|push batch: {n} ok, {n} failed|presence of {person} is away|presence of {person} is online|presence of {person} is offline|ws close code={n} reason={quoted}|ws open from {ip}|reaction {emoji} on {snowflake}|moderation flagged "{phrase}" with {rate}|bot {word} installed in {company}|unread counter rebuilt in {s}|invited {people}|attachment {file} scanned clean|attachment {file} contains {virus}`,
  lambda: `START handler {word}|Event source: {arn}|Records received: {n}|processing record {n}: {json}|DynamoDB PutItem {word} took {n}ms, consumed {float} RCU|DynamoDB Query {word} took {n}ms, consumed {float} RCU|SSM parameter {path} read|secret {arn} rotated {n} days ago|batchItemFailures: {array}|partial batch: {n} of {n} failed|remaining time {n} ms|warming done|skipping duplicate {uuid}|idempotency record {hex} found|idempotency record {hex} created|X-Ray trace {xray} sampled={bool}|publishing metric {word}={n}|step {n}: {word} -> {word}|state machine {arn} started|state machine {arn} timed out`,
  gateway: `{method} {route} {status} {n}ms {bytes}|{ip} - - "{method} {route} HTTP/1.1" {status} {n}|upstream {host} timed out after {n}ms|upstream {host} reset the connection|upstream {host} healthy again|rate limit of {plan} reached by {apikey}|rate limit bucket for {apikey} refilled|routing table has {n} entries (was {n})|TLS certificate for {host} expires in {n} days|TLS handshake failed: {ssl}|canary {semver} gets {pct} of traffic|canary {semver} promoted|canary {semver} rolled back|blocked by WAF rule {word}|request body: {obj}|response headers: {obj}|listening on {hostport}|SIGTERM received, draining {n} connections|drained|config diff: +{n} -{n}`,
};

/** Sealed until what went wrong with them was looked at, too: grouping accuracy was 0.908 before and is training now. */
export const FORMERLY_SEALED = {
  checkout: `Starting checkout for cart {uuid}|Cart {uuid} has {n} line items, subtotal {money}|Applying coupon {coupon} to cart {uuid}|Coupon {coupon} is not valid for cart {uuid}|Coupon {coupon} has expired|Tax calculated: {float} for region {region}|Payment intent {stripe} created|Payment intent {stripe} requires action|Payment intent {stripe} succeeded|Payment intent {stripe} failed with code {declinecode}|Checkout {uuid} completed in {n} ms|Checkout {uuid} abandoned after {n} minutes|Falling back to flat shipping rate|Shipping quote from {carrier}: {float} EUR in {n} days|Inventory reservation {hex} expired|Reserved {n} units of SKU {sku}|Could not reserve {n} units of SKU {sku}: only {n} left|Sending confirmation for order #{n}|Fraud score for order #{n} is {rate}|Checkout event: {obj}`,
  notifier: `[mailer] queued message {uuid}|[mailer] delivered message {uuid} in {n}ms|[mailer] bounce for message {uuid}: {smtp}|[mailer] template {tmpl} rendered in {n}ms|[mailer] template {tmpl} not found|[sms] sent {n} segments via {provider}|[sms] provider {provider} returned status {status}|[sms] number {phone} is on the block list|[push] {n} devices registered for user {n}|[push] dropped {n} stale tokens|[push] APNs connection opened|[push] APNs connection closed after {s}|digest for {n} users built in {s}|user {n} unsubscribed from {topicname}|user {n} resubscribed to {topicname}|quiet hours active until {hhmm}|webhook to {url} returned {status}|webhook to {url} disabled after {n} failures|rate limited, sleeping {n}ms|flushing {n} notifications`,
  inventory: `Warehouse {site}: stock level of {sku} is {n}|Warehouse {site}: stock level of {sku} below threshold ({n} < {n})|Warehouse {site}: cycle count finished|Purchase order PO-{n} created for supplier "{company}"|Purchase order PO-{n} confirmed by supplier|Goods receipt GR-{n}: {n} of {n} lines matched|Adjusting {sku} by {signed} (reason={why})|Loaded {n} products from {path} in {s}|Product {sku} has no barcode|Product {sku} has duplicate barcode {n}|Sync with ERP started at {iso}|Sync with ERP finished: {n} created, {n} updated, {n} deleted|Sync with ERP failed: {errmsg}|Price list {semver} activated|Lot {hex} expires on {date}|Bin {bin} is empty|Bin {bin} is overfull by {pct}|Forecast for {sku}: {vector}|Nothing to reorder|Reorder job took {s} for {n} SKUs`,
  worker: `Polling {queueurl}|Received {n} messages from SQS|Deleted message {uuid} from SQS|Message {uuid} will be retried (receive count {n})|Message {uuid} sent to DLQ after {n} receives|Visibility timeout of {uuid} extended by {n}s|Handler {handler} registered|Handler {handler} threw {errname}: {errmsg}|Handler {handler} finished in {n}ms|No handler for message type {msgtype}|Concurrency set to {n}|Memory usage: rss={n}MB heapUsed={n}MB external={n}MB|Event loop lag {float}ms|Graceful shutdown requested|Graceful shutdown complete, {n} in flight|Unhandled rejection at {obj}|Checkpoint {n} written to s3://{bucket}/{hex}/{n}.json|Checkpoint {n} loaded|Leader election: this node is leader|Leader election: following {node}`,
  api: `--> {method} {route}|<-- {method} {route} {status} {n}ms {bytes}|Validation failed for body of createUser: {issues}|Unauthorized request from {ip}|JWT verification failed: {jwterr}|Connected to Postgres at {host}:{n} (pool {n})|Postgres pool exhausted, {n} waiting|Query took {n}ms: {sql}|Redis connection ready|Redis connection error: connect ECONNREFUSED {ip}:{n}|GraphQL operation {opname} took {n}ms|GraphQL operation {opname} failed with {n} errors|Server listening on port {n}|Server closed|Loaded config for stage {stage}|Feature {flag} enabled for {pct} of users|CSRF token mismatch for session {hex}|Deprecated endpoint {route} called by {ua}|Created user {n}|Deleted user {n}`,
  etl: `Reading s3://{bucket}/{path2}|Read {n} rows ({bytes}) in {s}|Row {n}: column "{col}" is empty|Row {n}: cannot parse "{phrase}" as date|Row {n}: value {float} out of range|Skipped {n} rows|Partition dt={date} has {n} files|Partition dt={date} is missing|Compacting {n} files into {n}|Glue table {table} updated|Glue table {table} has {n} new columns: {cols}|Athena query {uuid} is {athena}|Athena query {uuid} scanned {bytes}|Writing parquet to {path}|Wrote {n} row groups, {bytes}|Schema drift detected: {json}|Watermark moved from {iso} to {iso}|Backfill of {n} days scheduled|Backfill day {date} done|Pipeline {uuid} finished with status OK`,
  booking: `Searching flights {iata}-{iata} on {date}|Found {n} offers from {n} suppliers in {n}ms|Supplier {supplier} timed out after {n}ms|Supplier {supplier} returned an empty response|Offer {hex} repriced from {float} to {float} {currency}|Offer {hex} is no longer available|Hold placed on {pnr} until {hhmm}|Hold on {pnr} released|Ticket {n} issued for {pnr}|Ticketing of {pnr} failed: {gds}|Passenger {n} of {n} added to {pnr}|Seat {seat} assigned in {pnr}|Seat map unavailable|Refund for {pnr}: {float} {currency}|Schedule change on {pnr}: {obj}|Cache warmed with {n} routes|GDS session {hex} opened|GDS session {hex} closed|Fare rules loaded ({n} KB)|Currency rates refreshed at {iso}`,
  realtime: `client {sockid} connected (transport={transport})|client {sockid} disconnected: {discreason}|client {sockid} joined room {room}|client {sockid} left room {room}|room {room} now has {n} members|room {room} destroyed|broadcast of {n} bytes to {n} sockets|ping timeout for {sockid}|backpressure on {sockid}: {n} buffered|adapter: redis pub/sub lag {n}ms|adapter: resubscribed to {n} channels|auth token of {sockid} refreshed|rejecting {sockid}: too many connections from {ip}|cursor positions: {array2}|doc {hex} version {n} saved|doc {hex} conflict between {n} and {n}|doc {hex} restored to version {n}|snapshot of doc {hex} took {n}ms|presence sync took {float}ms|upgraded {sockid} to websocket`,
};

/** How a line reaches the log, once the logger has dressed it. */
export const LOGGERS = {
  console: (message, level) => `2026-11-21T07:46:54.123Z\t3f9c1a52-9a3b-4e77-8c15-2b90d4a7e3f8\t${level}\t${message}`,
  pino: (message, level) =>
    JSON.stringify({ level: level === 'ERROR' ? 50 : 30, time: 1795160814123, pid: 8, hostname: '169.254.1.1', msg: message }),
  winston: (message, level) => JSON.stringify({ level: level.toLowerCase(), message, timestamp: '2026-11-21T07:46:54.123Z' }),
  powertools: (message, level) =>
    JSON.stringify({ level, message, timestamp: '2026-11-21T07:46:54.123Z', service: 'shop', cold_start: false }),
  'winston, simple': (message, level) => `${level.toLowerCase()}: ${message}`,
};

/** @returns {{ truth: string, line: string, message: string }[]}  in the order in which they would be printed */
export function printLines(services, count, seed) {
  const lines = [];
  const loggers = Object.keys(LOGGERS);
  Object.entries(services).forEach(([service, text], number) => {
    const random = seededRandom(seedOf(seed, service));
    const texts = typeof text === 'string' ? text.split('|') : text;
    const statements = texts.map((statement, at) => ({ pieces: statement.split(/\{(\w+)\}/), truth: `${service} ${at}` }));
    // A few statements print most lines, and some were hardly ever reached.
    const weights = statements.map(() => random.logBetween(1, 300));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const dress = LOGGERS[loggers[(number + seed) % loggers.length]];
    for (let n = 0; n < count; n++) {
      let left = random.uniform() * total;
      let at = 0;
      while (left > weights[at] && at < weights.length - 1) left -= weights[at++];
      const { pieces, truth } = statements[at];
      let method = '';
      const message = pieces
        .map((piece, i) => {
          if (i % 2 === 0) return piece;
          const value = VALUES[piece](random);
          if (piece === 'method') method = value;
          return value;
        })
        .join('');
      // The method belongs to the statement, as in the labels that loghub's access logs have.
      lines.push({ truth: method === '' ? truth : `${truth} ${method}`, line: dress(message, at % 6 === 5 ? 'ERROR' : 'INFO'), message });
    }
  });
  return lines;
}

const hex = (length) => (r) => Array.from({ length }, () => Math.floor(r.uniform() * 16).toString(16)).join('');
const int = (most) => (r) => String(Math.floor(r.logBetween(1, most)));
const of =
  (...choices) =>
  (r) =>
    r.pick(choices);
const words = (text) => of(...text.split(' '));
const many =
  (value, fewest, most, glue = ' ') =>
  (r) =>
    Array.from({ length: Math.floor(r.between(fewest, most + 1)) }, () => value(r)).join(glue);
const capital = (word) => word[0].toUpperCase() + word.slice(1);
const syllables = words('ka lo mi ren tas vor bel chu dan fis gor hel jun ny pra qui sol tur wex yam zed ost ir une');
const coined = (r) => syllables(r) + syllables(r) + (r.uniform() < 0.4 ? syllables(r) : '');

const word = words('nightly ledger catalog ingest sweep mirror digest rollup prices audit reports cleanup users sessions events labels');
const uuid = (r) => `${hex(8)(r)}-${hex(4)(r)}-4${hex(3)(r)}-a${hex(3)(r)}-${hex(12)(r)}`;
const city = words('Oslo Lima Bonn Rome Cork Nice Bern Kiel Graz Brno Turku Porto Lyon Malaga Leeds');
const person = (r) => (r.uniform() < 0.5 ? coined(r) : `${coined(r)}.${coined(r)}`);
const float = (r) => r.between(0, 90).toFixed(1 + Math.floor(r.uniform() * 2));
const phrase = many(words('red blue shoes lamp oak table for kids cheap running jacket women size green winter glass set'), 1, 5);
const sentence = many(
  words('the remote end closed cannot read header while waiting on lock invalid data found no space left because it was busy'),
  3,
  9,
);
const time = (r) => new Date(1795160814123 + Math.floor(r.uniform() * 1e10)).toISOString();

const VALUES = {
  ...furtherValues({ hex, int, of, words, many, capital, coined }),
  ...wildValues({ hex, int, of, words, many, capital, coined }),
  ...openedValues({ hex, int, of, words, many, capital, coined }),
  ...sealedValues({ hex, int, of, words, many, capital, coined }),
  ...stateValues({ hex, int, of, words, many, capital, coined }),
  ...moreStateValues({ hex, int, of, words, many, capital, coined }),
  n: int(60_000),
  coupon: (r) => `${words('WELCOME SPRING VIP STAFF')(r)}${int(99)(r)}`,
  region: words('DE FR GB US-CA US-NY NL SE'),
  declinecode: words('card_declined insufficient_funds expired_card processing_error'),
  carrier: words('DHL UPS GLS DPD FedEx'),
  sku: (r) => `${coined(r).slice(0, 3).toUpperCase()}-${int(9999)(r)}-${words('S M L XL')(r)}`,
  smtp: of('550 5.1.1 mailbox unavailable', '421 4.7.0 try again later', '552 5.2.2 mailbox full'),
  tmpl: (r) => `${word(r)}-${words('welcome reminder receipt')(r)}.mjml`,
  provider: words('twilio vonage sinch messagebird'),
  phone: (r) => `+49151${int(1e8)(r).padStart(8, '3')}`,
  topicname: words('news offers updates surveys reminders'),
  hhmm: (r) => `${String(Math.floor(r.uniform() * 24)).padStart(2, '0')}:${String(Math.floor(r.uniform() * 60)).padStart(2, '0')}`,
  site: words('BER1 MUC2 HAM1 LEJ3 FRA4'),
  bin: (r) => `${words('A B C D')(r)}${int(40)(r)}-${int(9)(r)}`,
  errmsg: of(
    'connect ETIMEDOUT 10.1.4.9:443',
    'socket hang up',
    'Unexpected token < in JSON at position 0',
    'getaddrinfo ENOTFOUND erp.internal',
    'read ECONNRESET',
    'Request failed with status code 502',
  ),
  errname: words('TypeError ValidationError TimeoutError MongoServerError'),
  queueurl: (r) => `https://sqs.eu-west-1.amazonaws.com/${int(1e12)(r)}/${word(r)}-queue`,
  handler: words('OrderPlaced OrderShipped InvoiceDue UserDeleted PriceChanged StockLow CartLost'),
  msgtype: words('order.unknown user.merged legacy.ping cart.v0'),
  bucket: (r) => `${word(r)}-${words('prod staging')(r)}-${int(99)(r)}`,
  issues: (r) =>
    inspect(
      Array.from({ length: 1 + Math.floor(r.uniform() * 3) }, () => ({ path: [word(r)], message: 'Required' })),
      { breakLength: Infinity },
    ),
  jwterr: of('jwt expired', 'invalid signature', 'jwt malformed'),
  sql: (r) => `SELECT ${many(word, 1, 4, ', ')(r)} FROM ${word(r)} WHERE id = $1`,
  opname: words('GetCart ListOrders UpdateProfile SearchProducts MyOffers GetInvoice Me Login'),
  stage: words('dev staging prod'),
  flag: (r) => `${word(r)}_${words('v2 beta new')(r)}`,
  ua: of('"curl/8.4.0"', '"Mozilla/5.0 (X11; Linux x86_64)"', '"okhttp/4.12"'),
  path2: (r) => `${word(r)}/dt=${time(r).slice(0, 10)}/part-${int(99)(r)}.csv.gz`,
  col: words('price currency shipped_at email vat'),
  cols: many(words('price currency shipped_at email vat weight colour'), 1, 4, ', '),
  table: (r) => `${word(r)}_${words('raw clean daily')(r)}`,
  athena: words('QUEUED RUNNING SUCCEEDED FAILED CANCELLED'),
  iata: words('BER LHR JFK CDG OSL ARN FRA MUC AMS MAD LIS VIE ZRH'),
  supplier: words('amadeus sabre travelport kiwi duffel ndcx'),
  pnr: (r) => Array.from({ length: 6 }, () => 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'[Math.floor(r.uniform() * 32)]).join(''),
  gds: of('NO FARES AVAILABLE', 'UNABLE TO PROCESS', 'CHECK SEGMENT STATUS'),
  seat: (r) => `${int(40)(r)}${words('A B C D E F')(r)}`,
  sockid: (r) =>
    Array.from({ length: 20 }, () => 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789_-'[Math.floor(r.uniform() * 60)]).join(''),
  transport: words('polling websocket'),
  discreason: of('transport close', 'ping timeout', 'client namespace disconnect', 'server shutting down'),
  room: (r) => `${word(r)}:${hex(6)(r)}`,
  array2: (r) =>
    inspect(
      Array.from({ length: Math.floor(r.between(0, 4)) }, () => ({ x: Number(int(900)(r)), y: Number(int(900)(r)) })),
      { breakLength: Infinity },
    ),
  s: (r) => (r.uniform() < 0.5 ? `${int(900)(r)} ms` : `${r.between(1, 60).toFixed(1)} s`),
  uuid,
  hex: hex(12),
  ORD: (r) => `ORD-${int(1e6)(r)}`,
  INV: (r) => `INV-2026-${int(1e5)(r)}`,
  money: (r) => `${int(900)(r)}.${hex(1)(r).replace(/[a-f]/, '0')}0 EUR`,
  queue: words('orders-queue returns-queue payments-queue'),
  state: words('PAID SHIPPED CLOSED RETURNED'),
  name: (r) => capital(coined(r)),
  person,
  people: many(person, 1, 6, ', '),
  method: words('GET POST PUT DELETE'),
  obj: (r) =>
    inspect(
      {
        id: Number(int(9999)(r)),
        tags: Array.from({ length: Math.floor(r.between(0, 5)) }, () => word(r)),
        ...(r.uniform() < 0.5 && { owner: { name: coined(r), since: time(r) } }),
      },
      { breakLength: r.uniform() < 0.7 ? Infinity : 40 },
    ),
  json: (r) =>
    JSON.stringify({
      id: uuid(r),
      at: time(r),
      ...(r.uniform() < 0.5 && { lines: Array.from({ length: 3 }, () => ({ sku: coined(r), n: int(9)(r) })) }),
    }),
  array: (r) =>
    inspect(
      Array.from({ length: Math.floor(r.between(0, 5)) }, () => uuid(r)),
      { breakLength: Infinity },
    ),
  vector: (r) => `[${many(float, 2, 8, ', ')(r)}]`,
  list: many(words('street city zip name email phone country'), 1, 5, ', '),
  bool: words('true false'),
  word,
  city,
  country: words('Norway Brazil Kenya Japan Chile Egypt Nepal Ghana Spain Italy Poland Oman'),
  host: (r) => `${word(r)}.internal.example.com`,
  node: (r) => `${word(r)}-node-${int(40)(r)}`,
  semver: (r) => `v${int(9)(r)}.${int(30)(r)}.${int(90)(r)}`,
  path: (r) => `/var/data/${word(r)}/${coined(r)}${r.uniform() < 0.5 ? '.csv' : ''}`,
  iso: time,
  date: (r) => time(r).slice(0, 10),
  month: (r) => `${words('January February March April June July August October')(r)} 2026`,
  sentence,
  phrase,
  quoted: (r) => `'${phrase(r)}'`,
  company: (r) => `${capital(coined(r))} ${words('Ltd GmbH Inc AG BV')(r)}`,
  vat: (r) => `DE${int(1e9)(r).padStart(9, '7')}`,
  currency: words('USD GBP SEK CHF JPY PLN CZK DKK NOK'),
  rate: (r) => r.between(0, 3).toFixed(4),
  stripe: (r) => `ch_${hex(8)(r)}K${hex(6)(r)}Zq`,
  reason: of(
    'insufficient funds',
    'card expired',
    'do not honor',
    'device is offline',
    'version conflict',
    'quota exceeded',
    'not subscribed',
  ),
  why: words('timeout keepalive client kicked bad_password unknown_user expired'),
  eventtype: words('invoice.created customer.updated price.deleted payout.paid charge.pending plan.created product.updated'),
  dotted: (r) => `${word(r)}.${words('name price tags owner')(r)}.${words('raw keyword text')(r)}`,
  locale: words('en-GB de-DE fr-FR pl-PL nb-NO it-IT'),
  auth: words('password saml oidc passkey'),
  scopes: many(words('read:orders write:orders admin openid profile'), 1, 4, ','),
  jwt: (r) => `eyJ${hex(20)(r)}.${hex(24)(r)}`,
  duration: (r) => of(`${int(59)(r)}m${int(59)(r)}s`, `00:${int(50)(r).padStart(2, '0')}:10`, `${int(9)(r)}h ${int(59)(r)}m`)(r),
  url: (r) => `https://${word(r)}.example.com/${coined(r)}?v=${int(99)(r)}`,
  role: words('viewer editor owner auditor'),
  permission: (r) => `${word(r)}:${words('read write delete')(r)}`,
  origin: (r) => `https://${coined(r)}.example`,
  ip: (r) => `10.${int(255)(r)}.${int(255)(r)}.${int(255)(r)}`,
  file: (r) => `${coined(r)}-${int(99)(r)}.${words('mp4 mov png pdf')(r)}`,
  resolution: words('1080p 720p 480p 2160p'),
  codec: words('h264 hevc av1 vp9'),
  pct: (r) => `${int(99)(r)}%`,
  mac: (r) => Array.from({ length: 6 }, () => hex(2)(r)).join(':'),
  float,
  topic: (r) => `site/${word(r)}/${hex(6)(r)}/state`,
  signed: (r) => (r.uniform() < 0.5 ? '+' : '-') + float(r),
  hexdump: many(hex(2), 4, 16),
  hex0x: (r) => `0x${hex(4)(r)}`,
  channel: (r) => `${word(r)}-${words('dev ops help')(r)}`,
  snowflake: (r) => int(1e15)(r),
  emoji: of('👍', '🎉', '❤️', '🚀', '👀'),
  virus: (r) => `Win32.${capital(coined(r))}`,
  arn: (r) => `arn:aws:sqs:eu-west-1:${int(1e12)(r)}:${word(r)}`,
  xray: (r) => `1-${hex(8)(r)}-${hex(24)(r)}`,
  route: (r) => `/v1/${word(r)}${r.uniform() < 0.7 ? `/${uuid(r)}` : ''}`,
  status: words('200 201 204 301 400 404 500 503'),
  bytes: (r) => `${r.between(0.1, 90).toFixed(1)}${words('B kB MB')(r)}`,
  plan: words('free team business'),
  apikey: (r) => `ak_${hex(10)(r)}`,
  ssl: of('certificate has expired', 'wrong version number', 'unknown ca'),
  hostport: (r) => of(`0.0.0.0:${int(9000)(r)}`, `[::]:${int(9000)(r)}`, `http://localhost:${int(9000)(r)}`)(r),
};
