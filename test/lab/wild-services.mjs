/**
 * Log lines as real Node programs and their libraries print them: frameworks, query builders, queue clients, schedulers, build
 * tools, warnings of Node itself, teams that do not log in English. Written in one go before any of their lines was mined, then
 * dealt out by a hash of the name: most to choose rules on (`WILD_TUNED`). Half were sealed at
 * first; nine were opened in two steps, by the same hash, when what the rules had learned from the others no longer helped them, and
 * the last three (`WILD_OPENED`) when they had been scored several times.
 *
 * A statement a line; `{…}` stands for a value (`wild-values.mjs`, `printed-services.mjs`).
 */
import { seedOf } from './seeded-random.mjs';

const WILD = {
  nest: `
Mapped {{nestRoute}, {method}} route
{nestModule}Module dependencies initialized
{nestModule}Controller {/{nestPath}}:
Nest application successfully started
Nest microservice successfully started
[Exceptions] {pgError}
Unable to connect to the database. Retrying ({n})...
Application is running on: {localUrl}
Cache key {cacheKey} set with ttl {n}
Cache key {cacheKey} evicted
User {mail} requested a password reset
User {mail} not found
Guard {nestModule}Guard denied {method} {nestRoute}
Cannot {method} {nestRoute}
Processing webhook {webhookKind} ({uuid})
Webhook {webhookKind} ({uuid}) already processed, skipping
Schedule "{cronName}" fired
Schedule "{cronName}" took {took}, longer than its interval
Slow request: {method} {nestRoute} {took}`,
  express: `
{method} {expressUrl} {status} {float} ms - {bodySize}
{remote} - {maybeUser} [{clf}] "{method} {expressUrl} HTTP/1.1" {status} {bodySize} "{referrer}" "{browser}"
Example app listening at {localUrl}
Error: Failed to lookup view "{view}" in views directory "{path}"
PayloadTooLargeError: request entity too large
    at readStream ({path}:{n}:{n})
CORS: origin {origin} is not allowed
session store: pruned {n} expired entries
session store: connect {netCode} {ip}:{n}
MulterError: Unexpected field {formField}
upload finished: {file} ({bytes}, {mimeType})
invalid csrf token
Rate limit exceeded for {ip} on {expressUrl}
User {n} logged in from {ip}
User {n} logged out
Trust proxy set to {trust}
Server closed. Open connections: {n}
ENOENT: no such file or directory, open '{path}'
Rendering {view} took {float}ms`,
  sequelize: `
Executing (default): SELECT {sqlColumns} FROM "{sqlTable}" AS "{sqlModel}" WHERE "{sqlModel}"."id" = {n};
Executing (default): INSERT INTO "{sqlTable}" ({sqlColumns}) VALUES ({sqlBinds}) RETURNING {sqlColumns};
Executing (default): UPDATE "{sqlTable}" SET {sqlSets} WHERE "id" = {n}
Executing ({uuid}): START TRANSACTION;
Executing ({uuid}): COMMIT;
Executing ({uuid}): ROLLBACK;
Connection has been established successfully.
Unable to connect to the database: SequelizeConnectionRefusedError: connect ECONNREFUSED {ip}:{n}
SequelizeUniqueConstraintError: Validation error ({sqlColumn} must be unique)
SequelizeValidationError: notNull Violation: {sqlModel}.{sqlColumn} cannot be null
== {migration}: migrating =======
== {migration}: migrated ({float}s)
No migrations were executed, database schema was already up to date.
pool: {n} using, {n} idle, {n} waiting
Query on {sqlModel} returned {n} rows in {n}ms
Soft-deleted {n} {sqlModel} records
ER_LOCK_DEADLOCK on {sqlTable}, attempt {n}/{n}`,
  kafka: `
[Connection] Connection error: {kafkaConn}
[Connection] Response {kafkaApi}(key: {n}, version: {n})
[ConsumerGroup] Consumer has joined the group
[Consumer] Crash: {kafkaCrash}
[Consumer] Starting
[Consumer] Stopped
[Runner] The group is rebalancing, re-joining
[Producer] Failed to send messages: {kafkaFail}
[BrokerPool] Failed to connect to seed broker, trying another broker from the list: Failed to connect: Connection timeout
committed offset {n} for {kafkaTopic}[{n}]
{kafkaTopic}[{n} | {n}] / {epoch}: {kafkaKey}
partition {n} of {kafkaTopic} revoked
partition {n} of {kafkaTopic} assigned
lag on {kafkaTopic}: {n} messages ({lagTime} behind)
schema {n} for subject {kafkaTopic}-value registered
unknown magic byte in message at {kafkaTopic}:{n}:{n}
paused {kafkaTopics}
resumed {kafkaTopics}
poison message moved to {kafkaTopic}.dlq after {n} tries: {jsonError}
heartbeat took {n}ms (session timeout {n}ms)`,
  warnings: `
(node:{pid}) [{depCode}] DeprecationWarning: {depText}
(node:{pid}) MaxListenersExceededWarning: Possible EventEmitter memory leak detected. {n} {emitted} listeners added to [{emitter}]. Use emitter.setMaxListeners() to increase limit
(node:{pid}) ExperimentalWarning: {experimental} is an experimental feature and might change at any time
(node:{pid}) Warning: Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS requests insecure by disabling certificate verification.
(node:{pid}) UnhandledPromiseRejectionWarning: {thrown}
(node:{pid}) TimeoutOverflowWarning: {n} does not fit into a 32-bit signed integer.
(Use \`node --trace-warnings ...\` to show where the warning was created)
(Use \`node --trace-deprecation ...\` to show where the warning was created)
Browserslist: caniuse-lite is outdated. Please run: npx update-browserslist-db@latest
npm warn deprecated {pkg}@{version}: {pkgNote}
npm notice New {semverPart} version of npm available! {version} -> {version}
Debugger listening on ws://{ip}:{n}/{uuid}
Starting compilation in watch mode...
Found {n} errors. Watching for file changes.
{pkg} requires a peer of {pkg}@{version} but none is installed
Warning: Each child in a list should have a unique "key" prop.
Warning: {component}: Support for defaultProps will be removed from function components in a future major release.
DeprecationWarning: collection.{mongoOp} is deprecated. Use {mongoOp} instead.`,
  graphqlApi: `
🚀 Server ready at {localUrl}
[GraphQL] {gqlKind} {gqlName} {took}
[GraphQL error]: Message: {gqlError}, Location: {n}:{n}, Path: {gqlPath}
Anonymous {gqlKind} took {took}
Persisted query {gitSha} not found
Persisted query {gitSha} stored
N+1 detected: {gqlType}.{gqlField} resolved {n} times in one {gqlKind}
DataLoader {gqlType}ById batch of {n} ({n} unique)
complexity {n} exceeds limit {n} for {gqlName}
subscription {gqlName} opened by {sockId2}
subscription {gqlName} closed by {sockId2} after {took}
federation: subgraph {gqlService} composed
federation: subgraph {gqlService} unreachable ({netCode})
introspection blocked for {ip}
Cannot query field "{gqlField}" on type "{gqlType}".
Variable "\${gqlField}" got invalid value {gqlValue}; Expected type {gqlType}.
Schema reloaded: {n} types, {n} fields{schemaDelta}
Response cache {hitOrMiss} for {gqlName}`,
  bull: `
Job {n} in queue {bullQueue} is now active
Job {n} in queue {bullQueue} completed with result {bullResult}
Job {n} in queue {bullQueue} failed with {bullFail}
Job {n} in queue {bullQueue} stalled more than allowable limit
Worker {pid} picked up {bullQueue}:{bullJob}#{n}
Worker {pid} is shutting down
added {n} repeatable jobs to {bullQueue}
{bullQueue}: waiting={n} active={n} delayed={n} failed={n}
missing lock for job {n}. moveToFinished
progress of job {n}: {pct}
retrying {bullJob} in {took} ({n} attempts left)
giving up on {bullJob} after {n} attempts: {bullFail}
removed {n} completed jobs older than {retention}
rate limiter: {n} jobs delayed until {clock2}
redis: ready
redis: reconnecting in {n}ms
redis: {redisError}
flow {uuid}: parent {bullJob} waits for {n} children
cleanup skipped, another instance ({hostName}) holds the lock`,
  scraper: `
Navigating to {webUrl}
Page {webUrl} loaded in {took}, {n} requests
TimeoutError: Navigation timeout of {n} ms exceeded
Failed to load resource: the server responded with a status of {status} ({statusText})
[{webDomain}] robots.txt disallows {expressUrl}
[{webDomain}] crawled {n} pages, {n} queued, {n} errors
[{webDomain}] blocked by captcha, backing off {took}
selector "{css}" not found on {webUrl}
selector "{css}" matched {n} nodes
extracted {productName} at {priceTag}
price of {productName} changed: {priceTag} => {priceTag}
{productName} is out of stock
{productName} is back in stock
screenshot saved as {file}
browser disconnected, relaunching
proxy {ip}:{n} banned
proxy {ip}:{n} released
net::{chromeNet} at {webUrl}
duplicate content ({gitSha}) skipped`,
  discord: `
Ready! Logged in as {botTag}
Started refreshing {n} application (/) commands.
Successfully reloaded {n} application (/) commands.
{discordUser} used /{slash} in #{discordChannel}
{discordUser} used /{slash} in DM
Missing permission {discordPermission} in guild {guildName} ({snowflake2})
Joined guild {guildName} ({n} members)
Left guild {guildName}
Now playing: {songTitle} [{mmss2}] requested by {discordUser}
Queue finished in {guildName}
DiscordAPIError[{n}]: {discordError}
Shard {n} {shardState}
Warned {discordUser} for {offence}
Muted {discordUser} for {humanTime}: {offence}
Unmuted {discordUser}
Heartbeat acknowledged, latency of {n}ms.
Rate limited on route {discordRoute}, retry after {n}ms
Welcome message sent to {discordUser}`,
  payments: `
stripe: {stripeEvent} {stripeId} received
stripe: signature verification failed for {stripeId}
charging {stripeId} {priceTag} (attempt {n})
charge declined: {declineText}
Subscription {stripeId} moved to {subState}
Subscription {stripeId} will renew on {dayText}
Invoice {invoiceNo} finalized: {priceTag} due {dayText}
Invoice {invoiceNo} paid by {payMethod}
Invoice {invoiceNo} voided
Dispute {stripeId} opened, reason: {disputeReason}
Dispute {stripeId} won
Dispute {stripeId} lost
payout of {priceTag} to {bankName} account ending in {fourDigits} scheduled
tax rate for {countryName} is {pct}
coupon "{couponName}" applied ({pct} off)
reconciliation: {n} matched, {n} unmatched, difference {priceTag}
PayPal order {paypalId} captured
PayPal order {paypalId} {paypalState}
refunded {priceTag} of {priceTag} to {customerName}
idempotency key {uuid} reused with different parameters`,
  market: `
subscribed to {symbol}@{stream} on {exchange}
unsubscribed from {symbol}@{stream} on {exchange}
{exchange} websocket closed (code {n}{closeReason})
{exchange} websocket open
{symbol} bid {price} ask {price} spread {bps}
order {side} {qty} {symbol} @ {price} placed ({orderRef})
order {orderRef} filled {qty}/{qty} @ {price}
order {orderRef} partially filled: {qty} remaining
order {orderRef} cancelled by user
order {orderRef} rejected by {exchange}: {rejectText}
position {symbol} {side} {qty} pnl {signedMoney}
stop loss hit for {symbol} at {price}
sequence gap on {symbol}: expected {n}, got {n}
orderbook {symbol} rebuilt from snapshot {n}
candle {symbol} {interval} o={price} h={price} l={price} c={price} v={qty}
strategy {strategy} signal {tradeSignal} for {symbol}
funding rate {symbol} {pctSigned}
account equity {price} {fiat}
clock skew against {exchange}: {n} ms
funding paid {signedMoney} on {symbol}`,
  nextapp: `
○ Compiling {pagePath} ...
✓ Compiled {pagePath} in {took} ({n} modules)
✓ Ready in {took}
⚠ Fast Refresh had to perform a full reload due to a runtime error.
⨯ {reactError}
{method} {pageUrl} {status} in {took}
│ {method} {webUrl} {status} in {took} (cache {cacheState})
Failed to generate cache key for {webUrl}
revalidating {pagePath} after {n}s
ISR: {pagePath} regenerated
Error occurred prerendering page "{pagePath}"
image optimizer: {file} {dims2} -> {imageFormat} {bytes}
Hydration failed because the server rendered HTML didn't match the client.
middleware rewrote {pageUrl} to {pagePath}
redirecting {pageUrl} -> {pagePath} ({status})
getServerSideProps of {pagePath} took {took}
experiment {experimentName}: visitor {uuid} sees {variant}
session for {mail} expired
locale {localeCode} chosen from {localeFrom}`,
  mongo: `
MongoDB connected: {mongoHost}
MongoDB disconnected! Reconnecting...
MongoServerSelectionError: {mongoSelect}
MongoServerError: E11000 duplicate key error collection: {mongoDb}.{mongoColl} index: {mongoField}_1 dup key: { {mongoField}: {mongoDup} }
Mongoose: {mongoColl}.{mongoVerb}({mongoFilter}, {mongoOpts})
CastError: Cast to ObjectId failed for value "{junk}" (type string) at path "{mongoField}" for model "{mongoModel}"
{mongoModel} validation failed: {mongoField}: Path \`{mongoField}\` is required.
change stream on {mongoColl} resumed from token {hex}
change stream on {mongoColl} closed
index {mongoField}_1 created on {mongoColl}
slow {mongoVerb} on {mongoColl} ({n} ms, docsExamined: {n}, nreturned: {n})
migrated {n} of {n} documents in {mongoColl}
topology: {serverType} {mongoHost} -> {serverType} {mongoHost}
transaction {hex} committed
transaction {hex} aborted: {mongoAbort}
connection pool cleared for {mongoHost}
TTL removed {n} documents from {mongoColl}
bulkWrite: {n} inserted, {n} upserted, {n} errors`,
  backup: `
backup of {dbName} started
backup of {dbName} finished: {bytes} in {humanTime}
backup of {dbName} failed with exit code {n}
pg_dump: {pgDump}
compressing {path} ({bytes} -> {bytes}, {pct})
uploading to s3://{s3Bucket}/{s3Key}
uploaded s3://{s3Bucket}/{s3Key}, etag {etag}
multipart part {n} of {n} failed, retrying: {netCode}
pruned {n} snapshots older than {humanTime}
keeping {n} daily, {n} weekly, {n} monthly
next run: {dateText}
verifying checksum of {file}... {verdict}
restore test into {dbName}_restore: {n} tables, {n} rows
disk usage {path} {pct} (threshold {pct})
mailing report to {mail}
lock file {path} exists, exiting
skipping {dbName}: {skipReason}
Total time: {humanTime}`,
  resize: `
Processing {s3Key} from bucket {s3Bucket}
Image metadata: {imageMeta}
Resized to {dims2} in {n}ms
Resized to thumbnail in {n}ms
Skipping {s3Key}: {skipImage}
Unsupported image format: {imageFormat}
Input buffer contains unsupported image format
NoSuchKey: The specified key does not exist.
AccessDenied: User: {roleArn} is not authorized to perform: {iamAction} on resource: "{s3Arn}"
wrote {n} variants ({variantList})
EXIF orientation {n} corrected
EXIF data missing
Lambda remaining time: {n}ms
Cold start: {bool}
Memory: {memUsage}
invalidating CloudFront paths {pathList}
SNS publish to {snsTopic} ok, MessageId {uuid}
DynamoDB conditional check failed for {imageId}`,
  pm2: `
PM2 | App [{pmApp}:{n}] starting in -{pmMode} mode-
PM2 | App [{pmApp}:{n}] online
PM2 | App [{pmApp}:{n}] exited with code [{n}] via signal [{sig}]
PM2 | App [{pmApp}] restarted because memory limit of {bytes} was exceeded
PM2 | Stopping app:{pmApp} id:{n}
PM2 | pid={pid} msg=process killed
PM2 | pid={pid} msg=failed to kill - retrying in {n}ms
PM2 | Change detected on path {relPath} for app {pmApp} - restarting
master {pid} is running
worker {pid} died ({sigOrCode}), forking another
worker {pid} listening on {n}
worker {pid} disconnected
{pid}: rss {bytes}, heap {bytes} of {bytes}, loop {float}ms
received {sig}, {n} connections still open
uncaughtException: {thrown}
log rotated: {path}-{dayText}.gz
reloading with {n} instances`,
  logfmt: `
event=order_placed order_id={orderRef} customer={customerRef} total={price} items={n}
event=order_cancelled order_id={orderRef} reason={cancelReason}
event=cart_updated cart_id={hex} op={cartOp} sku={skuRef} qty={n}
event=search q="{searchTerms}" hits={n} took_ms={n}
event=search q="{searchTerms}" hits=0 suggestion="{searchTerms}"
event=login_succeeded user={customerRef} mfa={bool}
event=login_failed user={customerRef} reason={loginReason} ip={ip}
event=email_sent template={mailTemplate} to={mail} ms={n}
event=email_bounced template={mailTemplate} to={mail} code={n}
event=http_out host={hostName} method={verbValue} path={expressUrl} status={status} ms={n}
event=http_out_error host={hostName} err={netCode} retry={n}
event=cache_{cacheOp} key={cacheKey}
event=feature_flag flag={flagKey} value={bool} user={customerRef}
event=gc kind={gcKind} ms={float}
event=heartbeat uptime={n} rss={n}
event=price_sync source={priceSource} updated={n} unchanged={n} failed={n}
event=shutdown signal={sig} inflight={n}
event=startup version={version} node={nodeVersion} env={envName}`,
  chatbot: `
completion model={llm} prompt_tokens={n} completion_tokens={n} finish={finish} {took}
stream {chatId} started ({llm})
stream {chatId} aborted by client after {n} tokens
429 from provider, waiting {took} (request {reqId})
tool call {toolName}({toolArgs})
tool call {toolName} returned {n} bytes
tool call {toolName} failed: {toolFail}
embedding {n} chunks of "{docTitle}"
indexed "{docTitle}" as {n} chunks in {took}
retrieved {n} passages for "{question}" (best {score})
no passage above {score} for "{question}"
moderation: {modVerdict} ({modCategory} {score})
conversation {chatId} summarised: {n} -> {n} tokens
context window exceeded by {n} tokens, dropping {n} messages
user {customerRef} rated answer {rating}
prompt {promptName} version {n} is active
budget of {teamName} used {pct}
invalid JSON from model: {jsonError}`,
  smarthome: `
Zigbee:publish 'zigbee2mqtt/{deviceName}', payload '{zigbeePayload}'
MQTT publish: topic 'zigbee2mqtt/{deviceName}', payload '{zigbeePayload}'
Device '{deviceName}' joined
Device '{deviceName}' left the network
Device '{deviceName}' announced itself
Interview of '{deviceName}' {interview}
Failed to ping '{deviceName}' (attempt {n}/{n}, {zigbeeFail})
Publish 'set' '{zigbeeAttr}' to '{deviceName}' failed: '{zigbeeFail}'
automation {automationName} triggered by {entityId}
automation {automationName} skipped, condition false
scene {sceneName} activated
{roomName}: temperature {degreesC}, humidity {pct}
{roomName} window opened
{roomName} window closed
heating {roomName} set to {degreesC}
sunset at {clock2}
battery low: {deviceName} ({pct})
OTA update of {deviceName} at {pct}, remaining {humanTime}
coordinator firmware: {coordinator}`,
  cdk: `
{stackName} | {n}/{n} | {clockAm} | {cfnState} | {cfnType} | {cfnLogical}
{stackName}: deploying... [{n}/{n}]
{stackName}: creating CloudFormation changeset...
✅  {stackName} (no changes)
✅  {stackName}
✨  Deployment time: {float}s
❌  {stackName} failed: {cdkFail}
[{pct}] start: Building {gitSha}:{accountRegion}
[{pct}] success: Built {gitSha}:{accountRegion}
[{pct}] start: Publishing {gitSha}:{accountRegion}
[{pct}] success: Published {gitSha}:{accountRegion}
Bundling asset {stackName}/{cfnLogical}/Code/Stage...
[Warning at /{stackName}/{cfnLogical}] {cdkWarning}
Outputs: {stackName}.{outputName} = {outputValue}
hotswapping {cfnType} {cfnLogical}
current credentials could not be used to assume '{roleArn}', but are for the right account. Proceeding anyway.
Stack {stackArn}
destroyed {n} resources of {stackName}`,
  werkstatt: `
Auftrag {auftragNr} angelegt für {kundeName}
Auftrag {auftragNr} storniert
Auftrag {auftragNr} abgeschlossen nach {dauer}
Ersatzteil {teileNr} nicht auf Lager
Ersatzteil {teileNr} bestellt bei {lieferant}
Rechnung {rechnungNr} über {betrag} versendet
Rechnung {rechnungNr} konnte nicht gedruckt werden: {druckFehler}
Mahnung Stufe {n} für {kundeName}
Kennzeichen {kennzeichen} erkannt ({pct})
Kennzeichen {kennzeichen} unbekannt
Mechaniker {vorname} meldet sich an
Mechaniker {vorname} meldet sich ab
Hebebühne {n} belegt
Hebebühne {n} frei
Verbindung zur Datenbank hergestellt
Verbindung zur Datenbank verloren: {netCode}
Fehlercode {obd} ausgelesen: {obdText}
{n} Datensätze importiert, {n} übersprungen
Termin am {datumDe} um {clock2} Uhr bestätigt
Speicher fast voll: {bytes} von {bytes}`,
  turismo: `
Reserva {reservaNo} confirmada para {personaEs}
Reserva {reservaNo} cancelada por el cliente
Reserva {reservaNo} pendiente de pago
Pago recibido: {betrag} ({medioPago})
Pago rechazado: {motivoEs}
Habitación {n} asignada a {personaEs}
Habitación {n} en limpieza
Enviando correo a {mail}
Error al enviar correo: {netCode}
No hay disponibilidad en {hotelEs} del {datumDe} al {datumDe}
Tarifa actualizada: {hotelEs} {betrag} por noche
Sesión iniciada por {usuarioEs}
Sesión cerrada por {usuarioEs}
Tiempo de respuesta de {proveedorEs}: {n} ms
{proveedorEs} no responde
Sincronización completada en {took}
Importadas {n} opiniones, nota media {score}
Cola de trabajos vacía
Traslado al aeropuerto a las {clock2} para {n} personas`,
  ci: `
Cloning repository {gitUrl}
Checking out {gitRef} ({gitSha})
$ {shellCommand}
Restored cache from key {cacheSlug}
Cache not found for input keys: {cacheSlug}
PASS {testFile} ({float} s)
FAIL {testFile}
  ● {testTitle}
Tests: {testCounts}
Uploading artifact {file} ({bytes})
Job {ciJob} succeeded in {humanTime}
Job {ciJob} failed in {humanTime}
Job {ciJob} canceled by {gitUser}
Runner {hostName} picked up job {n}
Runner {hostName} is offline
Coverage {pct} ({pctSigned})
{gitUser} pushed {n} commits to {gitRef}
{gitUser} opened pull request #{n}: {prTitle}
{gitUser} merged pull request #{n}
{gitUser} commented on #{n}
Flaky test quarantined: {testTitle}
Docker layer {gitSha} pulled`,
  logistics: `
[{corr}] POST shipment accepted by {carrierName}: {trackingNo}
[{corr}] label created {trackingNo} ({dims3}, {kilos})
[{corr}] address validation for {postal} {cityName}: {addrVerdict}
[{corr}] {carrierName} API responded {status} {statusText} after {n}ms
[{corr}] cheapest rate {priceTag} with {carrierName} ({serviceLevel}), {n} alternatives
[{corr}] no rates for {countryName}
pickup window {clock2}-{clock2} booked at {depotName}
pickup cancelled, depot {depotName} closed on {dayName}
tracking {trackingNo} status changed from {shipState} to {shipState}
tracking {trackingNo} delivered to {deliveredTo}
tracking {trackingNo} exception: {shipException}
route {routeId} optimised: {n} stops, {kilometres}, {humanTime}
driver {driverName} started route {routeId}
driver {driverName} finished route {routeId}
driver {driverName} is {minutesLate} late
van {vanPlate} refuelled: {litres}
geofence {depotName} entered by {vanPlate}
geofence {depotName} left by {vanPlate}
returns portal: {n} new, {n} approved
customs form {customsForm} missing for {trackingNo}`,
};

const byHash = Object.keys(WILD).sort((a, b) => seedOf(1, a) - seedOf(1, b));
const isTuned = new Set(byHash.filter((_, at) => at % 8 !== 7));

export const WILD_TUNED = services((name) => isTuned.has(name));
export const WILD_OPENED = services((name) => !isTuned.has(name));

/** A line that begins with blanks and `at` goes on with the statement above: a stack. */
function services(isWanted) {
  return Object.fromEntries(
    Object.entries(WILD)
      .filter(([name]) => isWanted(name))
      .map(([name, text]) => [name, text.slice(1).split(/\n(?! {4}at )/)]),
  );
}
