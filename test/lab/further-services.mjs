/**
 * Ten more programs whose print statements are known, of trades and habits that the others do not have: certificates, a build of many
 * packages, a game server, a directory, inference, a help desk, a publisher, bank files, public transport, a proxy. Written in one go,
 * before any of their lines was mined, and dealt out by a hash of the name: six to choose rules on (`FURTHER`), four to judge the choice
 * by (`FURTHER_HELD`), of which only the score was looked at until the rules were settled. Their errors have been seen since.
 *
 * A statement a line; `{…}` stands for a value.
 */
import { seedOf } from './seeded-random.mjs';

const PROGRAMS = {
  acme: `
Requesting certificate for {dnsNames}
Order {acmeOrder} is {acmeStatus}
Challenge {challengeType} for {dnsName} is {acmeStatus}
TXT record _acme-challenge.{dnsName} created in zone {dnsZone}
TXT record _acme-challenge.{dnsName} removed
Waiting {s} for DNS propagation
DNS propagation check {n}/{n}: {resolver} answered {dnsAnswer}
Certificate for {dnsName} issued by {issuer}, valid until {certDate}
Certificate for {dnsName} renewed
Certificate for {dnsName} expires in {n} days
Certificate for {dnsName} revoked: {revokeReason}
acme error: {acmeError}
rate limited by {issuer}, retry after {certDate}
Private key written to {keyPath} (mode 0600)
reload hook "{hookCommand}" exited with {n}
reload hook "{hookCommand}" timed out
OCSP response for {dnsName}: {ocspStatus}
nothing to do, {n} certificates up to date`,
  monorepo: `
• Packages in scope: {packageNames}
• Running {taskName} in {n} packages
{packageName}:{taskName}: cache hit, replaying logs {hex}
{packageName}:{taskName}: cache miss, executing {hex}
{packageName}:{taskName}: {compilerLine}
{packageName}:{taskName}: exited with code {n}
 Tasks:    {n} successful, {n} total
Cached:    {n} cached, {n} total
  Time:    {took2} {turbo}
WARNING  no output files found for task {packageName}#{taskName}. Please check your outputs key
Remote caching enabled
Remote caching disabled
Failed to contact remote cache: {cacheTrouble}
lockfile changed, {n} packages invalidated
pruned {packageName} to {outPath}
daemon started, pid {n}
daemon stopped after {took2} idle
could not parse {manifestPath}: {parseTrouble}`,
  gameserver: `
Player {playerName} joined lobby {lobbyName} ({n}/{n})
Player {playerName} left: {leaveReason}
Player {playerName} kicked by {playerName} ({leaveReason})
Match {matchId} started on {mapName} with {n} players
Match {matchId} ended, winner {squadName} ({n}:{n})
Match {matchId} aborted
{playerName} [{squadName}]: {chatText}
matchmaking took {took2} for rating {n}
matchmaking queue {queueMode}: {n} waiting
tick took {float} ms, budget is 16.6 ms
anti-cheat flagged {playerName}: {cheatKind} (confidence {ratio})
anti-cheat cleared {playerName}
item {itemName} sold to {playerName} for {n} gold
item {itemName} dropped at ({n}, {n})
achievement "{achievement}" unlocked by {playerName}
save of {playerName} written ({kilobytes})
save of {playerName} is corrupt, using backup from {agoText}
region {gameRegion} at {pct} capacity`,
  directory: `
Binding to {ldapUrl} as {distinguishedName}
Bind failed: {ldapError}
Search base={distinguishedName} scope={ldapScope} returned {n} entries
Search base={distinguishedName} scope={ldapScope} exceeded size limit
user {loginName}: attribute {ldapAttribute} changed from {oldText} to {oldText}
user {loginName}: disabled since {certDate}
user {loginName}: no mail, skipped
group {groupName}: {n} added, {n} removed
group {groupName}: unchanged
manager of {fullName} is {fullName}
manager of {fullName} not found
department {departmentName} mapped to cost centre {n}
department {departmentName} has no mapping
photo of {fullName} resized to {n}x{n}
password of {loginName} expires in {n} days
sync of {n} users finished in {took2}, {n} errors
sync cancelled by {fullName}
next sync at {clockText}`,
  inference: `
loading {modelName} ({gigabytes}) on {deviceName2}
loaded {modelName} in {took2}
request {requestRef} queued, position {n}
request {requestRef} model={modelName} prompt_tokens={n} completion_tokens={n} finish={finishReason} latency={took2}
request {requestRef} cancelled by client
request {requestRef} rejected, {rejectCause}
batch of {n} (max {n}) padded to {n} tokens
kv cache usage {pct}, evicting {n} sequences
worker {n} died with {deathSignal}
worker {n} restarted
{deviceName2} temperature {n}C, throttling {onOff}
tokenizer for {modelName} not found, falling back to {modelName}
lora adapter {adapterName} attached to {modelName}
lora adapter {adapterName} detached
healthcheck ok
healthcheck failed: {healthTrouble}
grammar for schema {schemaName} compiled ({n} states)
streaming to {clientName} stalled for {took2}`,
  helpdesk: `
Ticket #{n} created by {fullName} via {ticketChannel}
Ticket #{n} assigned to {fullName}
Ticket #{n} assigned to team {supportTeam}
Ticket #{n} priority {ticketPriority} -> {ticketPriority}
Ticket #{n} merged into #{n}
Ticket #{n} reopened by {fullName}
Ticket #{n} closed as {closeKind}
Ticket #{n} SLA breach in {agoSpan}
Macro "{macroName}" applied to #{n} by {fullName}
Attachment {attachmentName} ({kilobytes}) scanned clean
Attachment {attachmentName} ({kilobytes}) quarantined: {malwareName}
Survey for #{n} answered: {surveyAnswer}
Auto-reply suppressed for {mailAddress}: {suppressCause}
Inbound mail from {mailAddress} "{mailSubject}" matched #{n}
Inbound mail from {mailAddress} "{mailSubject}" opened a new ticket
Phone call from {phoneNumber} lasted {callLength}
Language of #{n} detected as {languageName} ({ratio})
Agent {fullName} is now {agentPresence}`,
  publisher: `
article {slugText} saved as draft by {editorName}
article {slugText} published by {editorName}
article {slugText} scheduled for {certDate}
article {slugText} unpublished: {unpublishCause}
article "{storyTitle}" has {n} broken links
image {imageName} cropped to {cropRatio}
image {imageName} has no alt text
rendering {pageRoute} took {n} ms
rendering {pageRoute} failed: {renderTrouble}
CDN purge of {n} urls {cdnState}
sitemap written, {n} urls
newsletter "{storyTitle}" sent to {n} readers
newsletter "{storyTitle}" held back, {holdCause}
comment {n} on {slugText} flagged as {flagKind} by {flagger}
comment {n} on {slugText} approved
redirect {pageRoute} -> {pageRoute} added
search index: {n} upserted, {n} deleted
paywall variant {variantName} shown to {pct} of visitors`,
  bankfile: `
opening {statementFile}
{statementFile}: format {statementFormat}, {n} statements
{statementFile} line {n}: expected {fieldTag}, found {fieldTag}
{statementFile} line {n}: amount {amountText} is not a number
{statementFile} line {n}: unknown currency {currencyCode}
account {ibanText} opening balance {amountText} {currencyCode}
account {ibanText} closing balance {amountText} {currencyCode} differs by {amountText}
booked {amountText} {currencyCode} from {debtorName}, ref {paymentRef}
booked {amountText} {currencyCode} from {debtorName}, no ref
matched invoice {invoiceRef} ({matchRule})
open item {invoiceRef} overdue since {certDate}
direct debit of {debtorName} returned: {returnText}
SWIFT {swiftKind} acknowledged
SWIFT {swiftKind} nacked with {swiftCode}
four-eyes approval by {fullName} for batch {n}
batch {n} exported to {outPath}
cut-off of {bankLabel} is {clockText}, {n} payments left
holiday {holidayName}, no processing`,
  transit: `
feed {feedName} fetched, {n} entities, age {agoSpan}
feed {feedName} is stale
trip {tripRef} on line {lineName} delayed by {agoSpan} at {stopName}
trip {tripRef} on line {lineName} on time
trip {tripRef} cancelled: {disruption}
vehicle {vehicleRef} at {stopName}, heading {stopName}
vehicle {vehicleRef} lost GPS
vehicle {vehicleRef} occupancy {occupancy}
stop {stopName} closed because of {disruption}
stop {stopName} reopened
platform of {lineName} at {stopName} changed from {n} to {n}
alert {n} ({severityWord}): {disruption}
alert {n} expired
{n} of {n} stops have realtime data
journey {stopName} to {stopName}: {n} options in {took2}
journey {stopName} to {stopName}: no connection
fare zone {zoneLetter} applies to {stopName}
schedule {certDate} imported: {n} trips, {n} stops`,
  proxy: `
{ip} {ip} {method} {urlPath} {statusCode} {n} "{browserText}" rt={float} uct={float}
upstream={upstreamName} addr={hostPort} state={upstreamState} fails={n}
tls handshake with {ip} failed ({tlsTrouble})
tls session {hex} resumed
circuit {upstreamName} {circuitState} after {n} failures
circuit {upstreamName} half-open probe ok
retrying {method} {urlPath} on {hostPort} (try {n} of {n})
config {hex} applied {jsonBrief}
config {hex} rejected {jsonBrief}
rate limit key={ip} bucket={bucketName2} remaining={n}
websocket {urlPath} upgraded for {ip}
websocket {urlPath} closed by {closer} code {n}
blocked {ip} by rule {wafRule}: {wafMessage}
access token of {clientName} expired {agoSpan} ago
cors preflight from {originUrl} denied
cache {cacheVerdict} {urlPath} ttl={n}
draining {n} connections
listening on {hostPort} ({protocolList})`,
};

const byHash = Object.keys(PROGRAMS).sort((a, b) => seedOf(2, a) - seedOf(2, b));
const isHeld = new Set(byHash.slice(6));

export const FURTHER = programs((name) => !isHeld.has(name));
export const FURTHER_HELD = programs((name) => isHeld.has(name));

function programs(isWanted) {
  return Object.fromEntries(
    Object.entries(PROGRAMS)
      .filter(([name]) => isWanted(name))
      .map(([name, text]) => [name, text.slice(1).split('\n')]),
  );
}
