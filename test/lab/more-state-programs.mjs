/**
 * Eight programs whose print statements are known, written after every rule of `t3:` and before one of their lines was mined:
 * a ledger, namespaces of `debug`, an application that prints its SQL, a rollout controller, a clinic, an importer on a console,
 * a fleet of vehicles, an identity service. They hold what the other sets have little of: states of one to three words in the
 * middle and at the end, parts that are sometimes left out, objects behind the text, and values as uneven as in production,
 * where the first state of a list comes most of the time (the other sets draw every value equally often).
 *
 * One label is one statement of a source: a state that code would interpolate is a value, a branch that logs by itself is a statement.
 * A statement a line; `{…}` stands for a value. Sealed until the rules of `t5:`, and scored three times (grouping accuracy 0.614, 0.737,
 * 0.736); then what went wrong with them was looked at, and rules were chosen on them.
 */
import { below, digits, maybe, t, uneven } from './value-makers.mjs';

const PROGRAMS = {
  ledger: `
transfer {lgTransfer} created: {lgAmount} from {lgAccount} to {lgAccount}
transfer {lgTransfer} is now {lgState}
transfer {lgTransfer} held for {lgHold}
transfer {lgTransfer} released by {lgOfficer}{lgNote}
sanctions screening of {lgCompany}: {lgScreen}
posting batch {lgBatch} ({n} entries) {lgBatchState}
posting batch {lgBatch} out of balance by {lgAmount}
account {lgAccount} status changed from {lgAccountState} to {lgAccountState}
account {lgAccount} overdrawn by {lgAmount}
FX {lgPair} fixed at {lgRate}
end of day {lgDate} started
end of day {lgDate} finished in {lgTook}, {n} accounts, {n} exceptions
statement {lgDate} for {lgAccount} sent via {lgVia}
reversal of {lgTransfer} requested by {lgOfficer}: {lgReason}
reversal of {lgTransfer} denied
idempotent replay of {lgTransfer}, returning the stored response
webhook {lgEvent} -> {lgUrl} {lgHttp} in {n}ms
webhook {lgEvent} -> {lgUrl} gave up after {lgFew} attempts
settlement window {lgWindow} {lgOpenState}
nostro balance {lgAmount} ({lgTrend})`,
  namespaces: `
app:http {dbMethod} {dbRoute} {dbStatus} {n}ms +{dbPlus}
app:pool acquired connection #{dbFew} (idle {dbFew}, waiting {dbFew}) +{dbPlus}
app:pool released connection #{dbFew} +{dbPlus}
app:pool connection #{dbFew} is {dbConn}, discarding +{dbPlus}
app:cache {dbCache} {dbKey} +{dbPlus}
app:cache stored {dbKey} for {dbTtl} +{dbPlus}
app:cache evicting {n} keys, reason: {dbEvict} +{dbPlus}
app:auth token for {dbUser} {dbToken} +{dbPlus}
app:auth no credentials in request, continuing as guest +{dbPlus}
app:queue {dbJob}#{n} {dbJobState} +{dbPlus}
app:queue {dbJob}#{n} failed ({dbErr}), {dbFew} attempts left +{dbPlus}
app:queue paused +{dbPlus}
app:queue resumed +{dbPlus}
app:ws client {dbSock} connected{dbVia} +{dbPlus}
app:ws client {dbSock} disconnected: {dbWsWhy} +{dbPlus}
app:ws room {dbRoom} has {dbFew} members +{dbPlus}
app:config loaded {dbFiles} +{dbPlus}
app:config {dbSetting} = {dbSettingValue} +{dbPlus}
express:router dispatching {dbMethod} {dbRoute} +{dbPlus}
app:health {dbProbe} {dbHealth} +{dbPlus}`,
  sqlprinter: `
query: {sqText}
query: {sqText} -- PARAMETERS: {sqParams}
query is slow: {sqText} execution time: {n}
query failed: {sqText} error: {sqError}
START TRANSACTION ({sqIsolation})
COMMIT ({n} ms)
ROLLBACK ({sqRollback})
{n} migrations are already loaded in the database.
Migration {sqMigration} has been executed successfully.
Migration {sqMigration} has been reverted.
No migrations are pending
connected to {sqDialect} at {sqHost}:{sqPort}/{sqDb}
connection to {sqHost} {sqConnState}
replica {sqHost} lag {n} ms, {sqReplica}
advisory lock {n} {sqLock} by worker {sqWorker}
pool: total={sqFew} idle={sqFew} waiting={sqFew} state={sqPoolState}
vacuum of {sqTable} {sqVacuum}{sqVacuumDetail}
deadlock between {sqWorker} and {sqWorker} on {sqTable}
upsert into {sqTable}: {n} inserted, {n} updated{sqIgnored}
schema of {sqTable} differs: {sqColumns}`,
  rollout: `
deployment {roApp} {roPhase} -> {roPhase}
deployment {roApp} revision {roFew} rolled out in {roTook}
deployment {roApp} revision {roFew} failed: {roFailure}
pod {roPod} state={roPod2} restarts={roFew} node={roNode}
pod {roPod} evicted from {roNode} ({roPressure})
probe {roProbe} of {roPod} {roProbeResult}
scaling {roApp} from {roFew} to {roFew} replicas, reason "{roScale}"
image {roImage} pulled in {roTook}{roCached}
image {roImage} could not be pulled: {roPull}
node {roNode} is {roNodeState}
node {roNode} cordoned by {roWho}
canary {roApp} at {roPct}: error rate {roPct}, verdict '{roVerdict}'
canary {roApp} promoted by {roWho}
secret {roSecret} rotated
secret {roSecret} missing in namespace {roNamespace}
approval for {roEnv} {roApproval}{roBy}
gate {roGate}: {roGateState}
lease {roLease} acquired by {roPod}
lease {roLease} lost by {roPod}
drift detected in {roNamespace}/{roApp}: {roDrift}`,
  clinic: `
appointment {clId} for {clPatient} booked with {clDoctor} on {clWhen}
appointment {clId} marked as {clApptState} by {clStaff}
appointment {clId} moved from {clWhen} to {clWhen}
appointment {clId} reminder {clReminder}
patient {clPatient} checked in at {clDesk}
patient {clPatient} called to {clRoom}
insurance of {clPatient}: {clInsurance}
lab order {clLab} {clLabState}
lab order {clLab} result {clAnalyte}={clValue} {clUnit} [{clFlag}]
prescription {clRx} sent to {clPharmacy}
prescription {clRx} rejected by {clPharmacy}: {clRxWhy}
room {clRoom} {clRoomState}
waiting list for {clDoctor} has {clFew} entries, longest {clWait}
HL7 {clHl7} from {clSystem} accepted
HL7 {clHl7} from {clSystem} rejected, segment {clSegment} {clSegmentWhy}
consent {clConsent} of {clPatient} withdrawn
fax to {clPhone} {clFax}
{clDoctor} is {clPresence}{clUntil}
document "{clDocument}" attached to {clPatient}
invoice for {clPatient} ({clAmount}) {clInvoice}`,
  importer: `
[import] reading {imFile}...
[import] {imFile}: {n} rows, {n} ok, {n} failed{imTook}
[import] row {n}: {imField} {imProblem}
[import] row {n} skipped ({imSkip})
[import] ✔ {imStep} done{imTook}
[import] ✖ {imStep} failed: {imError}
[import] mapping {imField} -> {imField}
[import] product "{imProduct}" {imProductState}
[import] product "{imProduct}" price {imPrice} => {imPrice}
[import] categories: {imCategories}
[import] supplier {imSupplier} responded {imHttp} {imBody}
[import] supplier {imSupplier} has no prices for {imCountry}
[import] image {imUrl} {imImage}
[import] dry run, nothing written
[import] lock held by pid {n}, exiting
[import] retrying {imStep} in {imWait} ({imFew}/{imMost})
[import] summary {imSummary}
[import] delta since {imIso}: +{n} -{n}
[import] currency {imCurrency} unknown, using {imCurrency}
[import] notify {imChannel}: {imNotify}`,
  fleet: `
vehicle {flVan} ignition {flOnOff}
vehicle {flVan} {flMotion} near {flPlace}
vehicle {flVan} position {flLat},{flLon} speed {flSpeed} km/h heading {flHeading}
vehicle {flVan} battery {flPct} ({flCharge})
vehicle {flVan} assigned to {flDriver}
vehicle {flVan} unassigned
vehicle {flVan} entered geofence {flPlace}
vehicle {flVan} door {flDoor} {flDoorState} while moving
driver {flDriver} duty status: {flDuty}
driver {flDriver} hours of service exceeded by {flSpan}
maintenance {flTask} for {flVan} {flTaskState}{flTaskWhen}
trip {flTrip} {flTripState} after {flKm} km
trip {flTrip} delay {flSpan} because of {flBecause}
tracker {flImei} firmware {flFw} -> {flFw}: {flFlash}
tracker {flImei} signal {flSignal}
tracker {flImei} silent for {flSpan}
fuel card {flCard} {flCardState}
route plan {flTrip}: {flStops} stops, eta {flClock}, traffic {flTraffic}
alarm {flAlarm} on {flVan} acknowledged by {flDriver}
payload {flJson}`,
  identity: `
user {idUser} signed in from {idIp} via {idMethod}{idDevice}
user {idUser} sign-in failed: {idFail}
user {idUser} signed out
user {idUser} state changed: {idState} -> {idState}
session {idSession} {idSessionState}
session {idSession} of {idUser} revoked by {idAdmin}
invite for {idMail} {idInvite}
role '{idRole}' granted to {idUser}{idScope}
role '{idRole}' revoked from {idUser}
policy {idPolicy} evaluated to {idDecision} for {idUser} on {idResource}
policy {idPolicy} updated: {idObj}
mfa {idFactor} for {idUser} {idMfa}
password of {idUser} {idPassword}
SCIM {idVerb} {idPath} {idHttp}
SAML response from {idIdp} rejected, {idSaml}
key {idKey} is {idKeyState}, next rotation {idDate}
key {idKey} used after rotation by {idClient}
tenant {idTenant} plan {idPlan} seats {n}/{n}
audit export {idDate} uploaded ({idBytes})
directory {idDirectory} sync {idSync}: {n} added, {n} removed`,
};

export const MORE_STATES = Object.fromEntries(Object.entries(PROGRAMS).map(([name, text]) => [name, text.slice(1).split('\n')]));

/** @param make  the makers of values that `printed-services.mjs` has */
export function moreStateValues({ hex, int, of, words, many, capital, coined }) {
  const two = (value) => String(value).padStart(2, '0');
  const upper = (length) => (r) => Array.from({ length }, () => String.fromCharCode(65 + below(r, 26))).join('');
  const few = int(9);
  const date = (r) => `2026-${two(1 + below(r, 12))}-${two(1 + below(r, 28))}`;
  const clock = (r) => `${two(below(r, 24))}:${two(below(r, 60))}`;
  const iso = (r) => `${date(r)}T${clock(r)}:${two(below(r, 60))}.${digits(3)(r)}Z`;
  const seconds = (r) => (r.uniform() < 0.5 ? `${int(900)(r)}ms` : `${r.between(1, 90).toFixed(1)}s`);
  const span = of('2 minutes', '5 minutes', '1 hour', '3 hours', '12 minutes', 'less than a minute');
  const firstName = words(
    'Aisha Bea Carlos Dana Emil Fatou Goran Hana Ivo Jun Kofi Lena Marek Noor Olu Petra Ravi Sofia Tom Uma Vera Yann',
  );
  const lastName = of(
    'Okafor',
    'Lindqvist',
    'Moreau',
    'Tanaka',
    'de Vries',
    'Kowalska',
    'Haddad',
    'Mbeki',
    "O'Neill",
    'Peralta',
    'Svensson',
  );
  const fullName = t`${firstName} ${lastName}`;
  const url = t`https://${coined}.example.org/${words('hooks notify v1/events')}`;
  const ip = t`${int(223)}.${int(255)}.${int(255)}.${int(255)}`;
  const http = uneven('200', '201', '202', '404', '409', '500', '503');
  const netError = uneven('ECONNRESET', 'ETIMEDOUT', 'socket hang up', 'ENOTFOUND', 'EPIPE');
  const pct = t`${int(100)}%`;
  const decimal = (low, high, places) => (r) => r.between(low, high).toFixed(places);
  const table = words('orders order_items customers invoices stock_moves audit_log prices sessions outbox');
  const column = words('id status created_at updated_at customer_id total sku quantity email deleted_at payload');
  const van = t`${words('V T B')}-${digits(3)}`;
  const appName = words('web api checkout billing-worker search thumbnailer gateway mailer cron');
  const account = t`${words('DE NL FR AT')}${digits(2)}${digits(16)}`;
  return {
    // The ledger.
    lgTransfer: t`tr_${hex(14)}`,
    lgAmount: t`${decimal(1, 90_000, 2)} ${words('EUR USD GBP')}`,
    lgAccount: account,
    lgState: uneven('pending', 'settled', 'pending review', 'awaiting funds', 'cancelled', 'partially settled', 'returned'),
    lgHold: uneven('manual review', 'missing reference', 'velocity limit', 'beneficiary check'),
    lgOfficer: t`${firstName}.${coined}`,
    lgNote: maybe(0.3, t` (${of('four eyes', 'after call back', 'documents received')})`),
    lgCompany: t`${(r) => capital(coined(r))} ${words('Holding Trading Logistics Foods')} ${words('Ltd BV SA')}`,
    lgScreen: uneven('clear', 'possible match', 'match', 'list outdated'),
    lgBatch: t`B${date}-${few}`,
    lgBatchState: uneven('accepted', 'queued', 'rejected by core', 'timed out'),
    lgAccountState: uneven('active', 'dormant', 'blocked', 'closing', 'closed'),
    lgPair: words('EURUSD EURGBP USDJPY EURCHF GBPUSD EURSEK'),
    lgRate: decimal(0.5, 160, 5),
    lgDate: date,
    lgTook: seconds,
    lgVia: uneven('email', 'post', 'ebics', 'portal'),
    lgReason: uneven('duplicate', 'customer request', 'wrong beneficiary', 'fraud', 'technical error'),
    lgEvent: words('transfer.settled transfer.returned account.blocked batch.accepted'),
    lgUrl: url,
    lgHttp: http,
    lgFew: few,
    lgWindow: words('TARGET2 SEPA-INST FEDWIRE CHAPS'),
    lgOpenState: uneven('open', 'closed', 'closing soon'),
    lgTrend: uneven('flat', 'rising', 'falling'),
    // Namespaces of `debug`.
    dbMethod: words('GET POST PUT DELETE'),
    dbRoute: (r) => of('/', '/login', `/users/${int(9000)(r)}`, `/cart/${hex(8)(r)}/items`, '/search?q=boots', '/static/app.js')(r),
    dbStatus: uneven('200', '304', '302', '404', '401', '500'),
    dbPlus: (r) => of(`${int(900)(r)}ms`, `${few(r)}s`, '0ms', `${few(r)}m`)(r),
    dbFew: few,
    dbConn: uneven('stale', 'closed', 'in error', 'read only'),
    dbCache: uneven('hit', 'miss', 'stale', 'bypass'),
    dbKey: t`${words('user cart product sess')}:${int(90_000)}`,
    dbTtl: (r) => of(`${few(r)}m`, `${int(900)(r)}s`, '1h', '1 day')(r),
    dbEvict: uneven('memory', 'ttl', 'flush', 'too many keys'),
    dbUser: t`${coined}${int(99)}`,
    dbToken: uneven('is valid', 'expired', 'was revoked', 'has a bad signature'),
    dbJob: words('sendMail resizeImage syncStock buildFeed'),
    dbJobState: uneven('completed', 'active', 'waiting', 'stalled', 'delayed'),
    dbErr: netError,
    dbSock: (r) => `${upper(4)(r)}${hex(10)(r)}AA`,
    dbVia: maybe(0.4, t` via ${words('polling websocket')}`),
    dbWsWhy: uneven('transport close', 'ping timeout', 'client left', 'server shutdown'),
    dbRoom: t`room-${hex(4)}`,
    dbFiles: many(words('default.json production.json local.json .env secrets.yaml'), 1, 4, ', '),
    dbSetting: words('pool.max cache.ttl log.level http.timeout feature.newCart'),
    dbSettingValue: (r) => of(int(900)(r), 'true', 'false', 'debug', '"30s"', 'undefined')(r),
    dbProbe: words('redis postgres s3 smtp'),
    dbHealth: uneven('up', 'degraded', 'down', 'not checked'),
    // SQL.
    sqText: (r) =>
      of(
        `SELECT ${many(column, 1, 5, ', ')(r)} FROM ${table(r)} WHERE ${column(r)} = $1`,
        `SELECT ${many(column, 1, 3, ', ')(r)} FROM ${table(r)} WHERE ${column(r)} = $1 AND ${column(r)} > $2 ORDER BY ${column(r)} DESC LIMIT ${int(100)(r)}`,
        `INSERT INTO ${table(r)} (${many(column, 2, 5, ', ')(r)}) VALUES ($1, $2)`,
        `UPDATE ${table(r)} SET ${column(r)} = $1, ${column(r)} = $2 WHERE id = $3`,
        `DELETE FROM ${table(r)} WHERE ${column(r)} < now() - interval '30 days'`,
        `SELECT count(*) FROM "${table(r)}" t LEFT JOIN "${table(r)}" u ON u.id = t.${column(r)}`,
      )(r),
    sqParams: (r) => JSON.stringify(Array.from({ length: 1 + below(r, 3) }, () => of(Number(int(9000)(r)), coined(r), null)(r))),
    sqError: (r) =>
      uneven(
        `duplicate key value violates unique constraint "${table(r)}_pkey"`,
        'canceling statement due to statement timeout',
        `relation "${table(r)}" does not exist`,
        `null value in column "${column(r)}" violates not-null constraint`,
      )(r),
    sqIsolation: uneven('READ COMMITTED', 'SERIALIZABLE', 'REPEATABLE READ'),
    sqRollback: uneven('constraint violated', 'timeout', 'client aborted', 'serialization failure'),
    sqMigration: (r) => `${of('AddIndex', 'CreateTable', 'DropColumn', 'RenameStatus')(r)}${capital(coined(r))}${digits(13)(r)}`,
    sqDialect: words('postgres mysql'),
    sqHost: t`${words('db pg replica')}-${few}.${words('prod eu us')}.internal`,
    sqPort: words('5432 3306 6432'),
    sqDb: words('shop shop_test analytics'),
    sqConnState: uneven('established', 'lost', 'refused', 'timed out', 'reset by peer'),
    sqReplica: uneven('in sync', 'catching up', 'removed from rotation'),
    sqLock: uneven('acquired', 'released', 'not available'),
    sqWorker: t`w${few}`,
    sqFew: few,
    sqPoolState: uneven('healthy', 'saturated', 'draining'),
    sqTable: table,
    sqVacuum: uneven('finished', 'skipped', 'cancelled', 'in progress'),
    sqVacuumDetail: maybe(0.4, t`, ${int(90_000)} dead tuples`),
    sqIgnored: maybe(0.3, t`, ${int(900)} ignored`),
    sqColumns: many(t`${column} (${uneven('missing', 'wrong type', 'not indexed')})`, 1, 4, ', '),
    // Rollouts.
    roApp: appName,
    roPhase: uneven('Progressing', 'Available', 'Paused', 'Degraded', 'RolledBack'),
    roFew: few,
    roTook: seconds,
    roFailure: uneven('deadline exceeded', 'quota exceeded', 'image not found', 'readiness never reached', 'invalid spec'),
    roPod: t`${appName}-${hex(9)}-${hex(5)}`,
    roPod2: uneven('Running', 'Pending', 'CrashLoopBackOff', 'Completed', 'Terminating'),
    roNode: t`ip-10-${int(250)}-${int(250)}-${int(250)}`,
    roPressure: uneven('memory pressure', 'disk pressure', 'spot reclaim'),
    roProbe: words('liveness readiness startup'),
    roProbeResult: uneven('ok', 'failed', 'timed out'),
    roScale: uneven('cpu above target', 'schedule', 'manual', 'queue too long'),
    roImage: t`registry.example.org/${appName}:${hex(7)}`,
    roCached: maybe(0.4, of(' (cached)')),
    roPull: uneven('unauthorized', 'manifest unknown', 'connection reset', 'rate limited'),
    roNodeState: uneven('Ready', 'NotReady', 'out of disk', 'being drained'),
    roWho: t`${firstName}@ops`,
    roPct: t`${decimal(0, 60, 1)}%`,
    roVerdict: uneven('keep going', 'promote', 'roll back', 'inconclusive'),
    roSecret: t`${coined}-${words('tls api-key db')}`,
    roNamespace: words('shop payments search platform'),
    roEnv: words('staging production sandbox'),
    roApproval: uneven('granted', 'requested', 'denied', 'timed out'),
    roBy: maybe(0.5, t` by ${firstName}@ops`),
    roGate: words('smoke-tests error-budget change-freeze security-scan'),
    roGateState: uneven('passed', 'waiting', 'failed', 'not required', 'skipped'),
    roLease: t`${appName}-leader`,
    roDrift: many(t`${words('replicas image env resources.limits')} ${uneven('changed', 'removed', 'added')}`, 1, 3, '; '),
    // The clinic.
    clId: t`A${digits(6)}`,
    clPatient: t`#${digits(5)}`,
    clDoctor: t`Dr. ${lastName}`,
    clWhen: t`${date} ${clock}`,
    clApptState: uneven('done', 'no show', 'cancelled by patient', 'late', 'cancelled by clinic', 'in treatment'),
    clStaff: fullName,
    clReminder: uneven('sent', 'not sent', 'bounced', 'confirmed by patient'),
    clDesk: of('desk 1', 'desk 2', 'kiosk', 'phone'),
    clRoom: t`${words('R T')}${int(12)}`,
    clInsurance: uneven('verified', 'not covered', 'expired', 'pending verification', 'self pay'),
    clLab: t`LO-${digits(7)}`,
    clLabState: uneven('ordered', 'collected', 'in progress', 'final', 'cancelled'),
    clAnalyte: words('HB CRP TSH LDL K NA GLU'),
    clValue: decimal(0.1, 300, 1),
    clUnit: words('g/dl mg/l mmol/l mU/l'),
    clFlag: uneven('normal', 'high', 'low', 'critical high'),
    clRx: t`RX${digits(8)}`,
    clPharmacy: of('Apotheke am Markt', 'City Pharmacy', 'Pharmacie du Lac', 'St. George', 'online'),
    clRxWhy: uneven('out of stock', 'invalid signature', 'dosage unclear', 'not reimbursable'),
    clRoomState: uneven('free', 'occupied', 'needs cleaning', 'being cleaned', 'closed'),
    clFew: few,
    clWait: span,
    clHl7: of('ADT^A01', 'ADT^A08', 'ORU^R01', 'ORM^O01', 'SIU^S12'),
    clSystem: words('LIS RIS KIS PACS'),
    clSegment: words('PID PV1 OBX OBR'),
    clSegmentWhy: uneven('missing', 'malformed', 'out of order'),
    clConsent: t`C-${digits(4)}`,
    clPhone: t`+49 30 ${digits(7)}`,
    clFax: uneven('delivered', 'busy', 'no answer', 'line dropped'),
    clPresence: uneven('available', 'with a patient', 'on call', 'on leave', 'off duty'),
    clUntil: maybe(0.4, t` until ${clock}`),
    clDocument: of('referral letter', 'x-ray left hand', 'consent form', 'discharge summary', 'MRI report', 'vaccination record'),
    clAmount: t`${decimal(10, 900, 2)} €`,
    clInvoice: uneven('open', 'paid', 'partly paid', 'overdue', 'sent to collection'),
    // The importer.
    imFile: t`${words('feeds inbox')}/${coined}-${date}.${words('csv xml jsonl')}`,
    imTook: maybe(0.5, t` in ${seconds}`),
    imField: words('price ean title stock weight_g brand category_path'),
    imProblem: uneven('is empty', 'is not a number', 'is too long', 'must be unique', 'contains html'),
    imSkip: uneven('unchanged', 'no ean', 'blocked brand', 'duplicate'),
    imStep: of('download', 'parse', 'validate', 'write prices', 'write stock', 'build index'),
    imError: (r) => of(netError(r), `HTTP ${http(r)}`, 'Unexpected end of JSON input', 'disk quota exceeded')(r),
    imProduct: (r) => capital(many(words('oak steel mini ultra desk lamp chair bottle charger stand'), 1, 4)(r)),
    imProductState: uneven('updated', 'created', 'unchanged', 'deactivated', 'back in stock', 'sold out'),
    imPrice: decimal(1, 900, 2),
    imCategories: many(words('Garden Kitchen Office Toys Outdoor Lighting'), 1, 5, ' > '),
    imSupplier: of('Nordwerk', 'Blue Peak', 'ACME', 'Papeterie Lemaire', 'Tanaka Tools'),
    imHttp: http,
    imBody: (r) =>
      of(
        '{}',
        `{"items":${int(900)(r)},"next":null}`,
        '<html><head><title>Maintenance</title></head></html>',
        `{"error":"${uneven('quota', 'auth')(r)}"}`,
      )(r),
    imCountry: words('DE AT CH FR BE'),
    imUrl: t`https://img.example.org/${hex(8)}.${words('jpg png webp')}`,
    imImage: uneven('downloaded', 'not modified', 'too large', 'broken', 'not found'),
    imWait: seconds,
    imFew: few,
    imMost: words('3 5 10'),
    imSummary: (r) =>
      `{ created: ${int(90)(r)}, updated: ${int(900)(r)}, failed: ${int(9)(r)}${maybe(0.4, t`, aborted: ${words('true false')}`)(r)} }`,
    imIso: iso,
    imCurrency: words('EUR CHF SEK XTS GBP'),
    imChannel: words('#imports #alerts buyers@example.org'),
    imNotify: uneven('sent', 'skipped', 'rate limited', 'channel not found'),
    // The fleet.
    flVan: van,
    flOnOff: uneven('on', 'off'),
    flMotion: uneven('moving', 'idling', 'parked', 'being towed'),
    flPlace: of('Depot North', 'Hamburg Harbour', 'A7 exit 28', 'Customer 4711', 'Rest area Lehrte', 'Depot South'),
    flLat: decimal(47, 55, 5),
    flLon: decimal(6, 15, 5),
    flSpeed: int(130),
    flHeading: words('N NE E SE S SW W NW'),
    flPct: pct,
    flCharge: uneven('discharging', 'charging', 'full', 'not connected'),
    flDriver: fullName,
    flDoor: words('rear left right'),
    flDoorState: uneven('open', 'unlocked', 'ajar'),
    flDuty: uneven('driving', 'off duty', 'on duty', 'sleeper berth', 'on break'),
    flSpan: span,
    flTask: of('oil change', 'tyres', 'brake inspection', 'TUV', 'AdBlue refill'),
    flTaskState: uneven('due', 'scheduled', 'overdue', 'completed'),
    flTaskWhen: maybe(0.5, t` on ${date}`),
    flTrip: t`TR${digits(6)}`,
    flTripState: uneven('completed', 'aborted', 'handed over', 'closed by dispatcher'),
    flKm: decimal(1, 800, 1),
    flBecause: uneven('traffic', 'loading', 'weather', 'a breakdown', 'customs'),
    flImei: digits(15),
    flFw: t`${few}.${few}.${int(40)}`,
    flFlash: uneven('ok', 'checksum mismatch', 'rolled back', 'device offline'),
    flSignal: uneven('good', 'weak', 'lost', 'no sim'),
    flCard: t`****${digits(4)}`,
    flCardState: uneven('active', 'blocked', 'over limit', 'pin locked'),
    flStops: int(40),
    flClock: clock,
    flTraffic: uneven('light', 'moderate', 'heavy', 'standing still'),
    flAlarm: words('HARSH_BRAKE SPEEDING TEMP_HIGH PANIC'),
    flJson: (r) =>
      JSON.stringify({
        v: van(r),
        ts: iso(r),
        ...(r.uniform() < 0.5 && { can: { rpm: Number(int(4000)(r)), gear: few(r) } }),
        io: Array.from({ length: below(r, 4) }, () => below(r, 2)),
      }),
    // Identity.
    idUser: (r) => of(`${coined(r)}@${coined(r)}.example`, `usr_${hex(8)(r)}`)(r),
    idIp: ip,
    idMethod: uneven('password', 'passkey', 'google', 'saml'),
    idDevice: maybe(0.4, t` on ${of('new device', 'Chrome on Windows', 'iPhone', 'unknown device')}`),
    idFail: uneven('wrong password', 'account locked', 'unknown user', 'mfa required', 'expired password'),
    idState: uneven('active', 'invited', 'suspended', 'deleted', 'pending approval'),
    idSession: t`s_${hex(16)}`,
    idSessionState: uneven('created', 'refreshed', 'expired', 'idle timeout', 'logged out elsewhere'),
    idAdmin: t`admin:${firstName}`,
    idMail: t`${coined}@${coined}.example`,
    idInvite: uneven('sent', 'accepted', 'expired', 'resent', 'bounced'),
    idRole: of('viewer', 'billing admin', 'owner', 'support agent', 'developer'),
    idScope: maybe(0.4, t` in ${words('eu us apac')}`),
    idPolicy: t`${words('require-mfa geo-fence office-hours pii-read')}`,
    idDecision: uneven('allow', 'deny', 'not applicable', 'step up'),
    idResource: t`${words('report invoice dataset')}/${int(9000)}`,
    idObj: (r) => `{"effect":"${words('allow deny')(r)}","groups":[${many(t`"${words('ops dev hr')}"`, 0, 3, ',')(r)}]}`,
    idFactor: words('totp sms webauthn'),
    idMfa: uneven('verified', 'failed', 'timed out', 'enrolled', 'not enrolled'),
    idPassword: uneven('changed', 'reset by admin', 'expires soon', 'found in breach'),
    idVerb: words('PATCH POST GET DELETE'),
    idPath: t`/Users/${hex(8)}`,
    idHttp: http,
    idIdp: of('Okta', 'Entra ID', 'Keycloak', 'OneLogin'),
    idSaml: uneven('signature invalid', 'audience mismatch', 'clock skew', 'assertion expired'),
    idKey: t`kid-${hex(6)}`,
    idKeyState: uneven('current', 'next', 'retired', 'compromised'),
    idDate: date,
    idClient: t`client_${coined}`,
    idTenant: coined,
    idPlan: uneven('free', 'team', 'enterprise', 'trial ended'),
    idBytes: t`${decimal(0.1, 900, 1)} MB`,
    idDirectory: words('ad-berlin ad-paris google-workspace ldap-main'),
    idSync: uneven('complete', 'partial', 'aborted', 'up to date'),
  };
}
