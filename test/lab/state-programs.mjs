/**
 * Five programs that the miner's rules for states and for parts left out were chosen on: a print shop, mail relays, a theatre, build
 * agents, a water works. Beside each state that a statement prints stand statements of their own that report one word each ("opened",
 * "closed"), because a rule that joins the first must leave the second alone. Values come unevenly, as in `more-state-programs.mjs`.
 *
 * A statement a line; `{…}` stands for a value.
 */
import { below, digits, maybe, t, uneven } from './value-makers.mjs';

const PROGRAMS = {
  printshop: `
job {spJob} submitted by {spUser}, {spFew} pages
job {spJob} is {spJobState}
job {spJob} cancelled by {spUser}
job {spJob} deleted
printer {spPrinter} toner {spColour} {spToner}
printer {spPrinter} state: {spState} -> {spState}
printer {spPrinter} tray {spFew} {spTray}
printer {spPrinter} jammed at {spJamPlace}
printer {spPrinter} jam cleared
quota of {spUser} {spQuota}{spUntil}
cutter started
cutter finished, {n} sheets
proof {spProof} for {spClient} {spProofState}
paper order {spFew} {spPaper}{spSupplier}
colour profile {spProfile} loaded
shift {spShift} begins
shift {spShift} ends
delivery of {spJob} to {spClient} {spDelivery}`,
  relay: `
[smtp-in] {rlIp} connected
[smtp-in] {rlIp} disconnected
[smtp-in] {rlIp} HELO {rlHost}{rlTls}
[smtp-in] {rlId} from=<{rlMail}> size={n} spf={rlSpf} dkim={rlDkim}
[queue] {rlId} {rlQueueState}
[queue] {rlId} to={rlMail} relay={rlHost} status={rlStatus} ({rlReply})
[queue] {rlId} removed
[queue] {rlId} expired, returned to sender
[queue] depth {n}, oldest {rlAge}, {rlPressure}
[dns] {rlHost} MX lookup {rlDns}
[dns] cache flushed
[tls] session with {rlHost} {rlSession}
[tls] certificate of {rlHost} {rlCert}
[filter] {rlId} scored {rlScore}: {rlFilter}
[filter] rules reloaded
[filter] rule {rlRule} hit{rlTimes}
[greylist] {rlIp} {rlGrey} for {rlMail}
[limits] {rlHost} concurrency {rlFew} -> {rlFew}
[limits] {rlHost} suspended
[limits] {rlHost} resumed`,
  theatre: `
seat {thSeat} of show {thShow} {thSeatState}
seat {thSeat} of show {thShow} swapped with {thSeat}
basket {thBasket} opened
basket {thBasket} expired
basket {thBasket} paid with {thPay}
basket {thBasket} voucher {thVoucher} {thVoucherState}
show {thShow} on sale
show {thShow} sold out
show {thShow} status changed to '{thShowStatus}' by {thUser}
gate {thGate} scanned {thTicket}: {thScan}
gate {thGate} went {thGateState}
turnstile {thGate} counter {n}
refund {thRefund} of {thMoney} {thRefundState}{thRefundBy}
refund {thRefund} failed: {thRefundFail}
lighting cue {thFew} {thCue}
usher {thUser} assigned to {thBlock}{thFrom}
programme booklet order {thBooklet}
newsletter segment {thSegment} {thSegmentState} ({n} readers)
fire alarm loop {thFew} {thLoop}
intermission begins
intermission over`,
  agents: `
agent {agName} {agState}
agent {agName} registered with labels {agLabels}
agent {agName} unregistered
build {agBuild} of {agRepo} queued{agPriority}
build {agBuild} of {agRepo} started on {agName}
build {agBuild} of {agRepo} finished: {agResult} in {agTook}
build {agBuild} stage {agStage} {agStageState}
build {agBuild} log truncated at {agBytes}
artifact {agFile} {agArtifact}{agRetention}
cache {agKey} restored in {agTook}
cache {agKey} saved in {agTook}
cache {agKey} not found
credentials {agCred} {agCredState}
disk of {agName} {agDisk} ({agPct} used)
container {agContainer} exited ({n})
container {agContainer} started
container {agContainer} health {agHealth}
lock {agLock} waiting for {agBuild}
lock {agLock} released
trigger {agTrigger} of {agRepo} {agTriggerState}`,
  waterworks: `
valve {wwValve} {wwValveState}
valve {wwValve} commanded to {wwPct}
pump {wwPump} running at {wwRpm} rpm, {wwPumpMode}
pump {wwPump} tripped: {wwTrip}
pump {wwPump} reset by {wwOperator}
tank {wwTank} level {wwLevel} m ({wwTrend})
tank {wwTank} inlet {wwInlet}, outlet {wwInlet}
sensor {wwSensor} quality {wwQuality} value {wwValue}
sensor {wwSensor} calibrated by {wwOperator}{wwOn}
alarm {wwAlarm} raised
alarm {wwAlarm} acknowledged by {wwOperator}
alarm {wwAlarm} cleared
chlorine dosing {wwDosing} at {wwTank}
SCADA link to {wwStation} {wwLink}
SCADA poll took {n} ms
maintenance window {wwOpenClosed}
tariff zone {wwZone} switched to {wwTariff}
leak detection in sector {wwZone}: {wwLeak}
report {wwOn2} sent
setpoint {wwSet} {wwValue} => {wwValue}`,
};

export const STATES = Object.fromEntries(Object.entries(PROGRAMS).map(([name, text]) => [name, text.slice(1).split('\n')]));

/** @param make  the makers of values that `printed-services.mjs` has */
export function stateValues({ hex, int, of, words, many, capital, coined }) {
  const few = int(9);
  const date = (r) => `2026-${String(1 + below(r, 12)).padStart(2, '0')}-${String(1 + below(r, 28)).padStart(2, '0')}`;
  const first = words('Ada Ben Cleo Dirk Edda Finn Gesa Hans Ilse Jens Kaya Lars Mona Nils Olga');
  const user = t`${first}.${coined}`;
  const host = t`${words('mx1 mail smtp')}.${coined}.${words('de com net')}`;
  const ip = t`${int(223)}.${int(255)}.${int(255)}.${int(255)}`;
  const took = (r) => `${int(90)(r)}.${few(r)}s`;
  return {
    spJob: digits(6),
    spUser: user,
    spFew: few,
    spJobState: uneven('printing', 'waiting', 'held for approval', 'done', 'blocked'),
    spPrinter: t`${words('HP Canon Konica')}-${few}`,
    spColour: words('cyan magenta yellow black'),
    spToner: uneven('ok', 'low', 'very low', 'empty'),
    spState: uneven('idle', 'printing', 'offline', 'warming up', 'error'),
    spTray: uneven('full', 'low', 'empty', 'open', 'not installed'),
    spJamPlace: of('fuser', 'duplexer', 'tray exit', 'document feeder'),
    spQuota: uneven('exceeded', 'raised', 'nearly used up', 'reset'),
    spUntil: maybe(0.3, t` until ${date}`),
    spProof: t`P-${digits(4)}`,
    spClient: of('Nordlicht GmbH', 'Café Central', 'TU Bremen', 'ACME', 'Stadtwerke'),
    spProofState: uneven('sent', 'approved', 'needs changes', 'rejected', 'late'),
    spPaper: uneven('placed', 'confirmed', 'delivered', 'back ordered'),
    spSupplier: maybe(0.4, t` by ${of('Papyrus', 'Igepa', 'Antalis')}`),
    spProfile: words('FOGRA39 FOGRA51 sRGB'),
    spShift: words('early late night'),
    spDelivery: uneven('completed', 'failed', 'postponed', 'nobody there'),
    rlIp: ip,
    rlHost: host,
    rlTls: maybe(0.5, t` with ${words('TLSv1.2 TLSv1.3')}`),
    rlId: hex(10),
    rlMail: t`${coined}@${coined}.example`,
    rlSpf: uneven('pass', 'none', 'fail', 'softfail'),
    rlDkim: uneven('pass', 'none', 'fail'),
    rlQueueState: uneven('active', 'deferred', 'on hold', 'bounced'),
    rlStatus: uneven('sent', 'deferred', 'bounced'),
    rlReply: uneven('250 ok', '451 try later', 'connection timed out', '550 no such user'),
    rlAge: t`${few}h${int(59)}m`,
    rlPressure: uneven('normal', 'busy', 'overloaded', 'catching up'),
    rlDns: uneven('ok', 'timed out', 'NXDOMAIN', 'servfail'),
    rlSession: uneven('established', 'resumed', 'refused', 'downgraded'),
    rlCert: uneven('trusted', 'self signed', 'expired', 'name mismatch'),
    rlScore: t`${few}.${few}`,
    rlFilter: uneven('ham', 'spam', 'unsure', 'virus'),
    rlRule: t`${words('BAYES URIBL HTML')}_${digits(2)}`,
    rlTimes: maybe(0.4, t` (${few} times)`),
    rlGrey: uneven('deferred', 'passed', 'whitelisted', 'blacklisted'),
    rlFew: few,
    thSeat: t`${words('A B C D')}${int(40)}`,
    thShow: digits(4),
    thSeatState: uneven('free', 'reserved', 'sold', 'blocked', 'held for press'),
    thBasket: hex(8),
    thPay: uneven('card', 'paypal', 'invoice', 'gift card'),
    thVoucher: t`V${hex(6)}`,
    thVoucherState: uneven('redeemed', 'not valid', 'already used', 'expired'),
    thShowStatus: uneven('planned', 'on sale', 'cancelled', 'moved'),
    thUser: user,
    thGate: words('N1 N2 S1 E4'),
    thTicket: digits(9),
    thScan: uneven('valid', 'already used', 'wrong day', 'unknown', 'wrong gate'),
    thGateState: uneven('online', 'offline'),
    thRefund: t`R${digits(5)}`,
    thMoney: t`${int(90)}.${digits(2)} EUR`,
    thRefundState: uneven('paid out', 'approved', 'pending', 'refused'),
    thRefundBy: maybe(0.4, t` by ${user}`),
    thRefundFail: uneven('card expired', 'amount too high', 'provider down'),
    thFew: few,
    thCue: uneven('go', 'standby', 'skipped', 'faded out'),
    thBlock: of('block A', 'block B', 'balcony', 'stalls left'),
    thFrom: maybe(0.5, t` from ${int(12)}:30`),
    thBooklet: uneven('open', 'printed', 'delivered', 'short by ten'),
    thSegment: words('regulars students schools'),
    thSegmentState: uneven('ready', 'sending', 'sent', 'paused'),
    thLoop: uneven('normal', 'fault', 'in test', 'isolated'),
    agName: t`agent-${words('linux mac win')}-${few}`,
    agState: uneven('idle', 'busy', 'offline', 'draining', 'out of disk'),
    agLabels: many(words('linux docker arm64 gpu large'), 1, 4, ','),
    agBuild: t`#${digits(5)}`,
    agRepo: t`${coined}/${coined}`,
    agPriority: maybe(0.3, t` (priority ${few})`),
    agResult: uneven('success', 'failure', 'unstable', 'not built'),
    agTook: took,
    agStage: words('checkout compile test package'),
    agStageState: uneven('passed', 'running', 'failed', 'skipped', 'waiting for input'),
    agBytes: t`${few} MB`,
    agFile: t`${coined}-${few}.${few}.tgz`,
    agArtifact: uneven('stored', 'uploaded', 'too large', 'missing'),
    agRetention: maybe(0.3, t` for ${int(90)} days`),
    agKey: t`npm-${hex(12)}`,
    agCred: t`${coined}-token`,
    agCredState: uneven('valid', 'expired', 'rotated', 'about to expire'),
    agDisk: uneven('fine', 'nearly full', 'full', 'read only'),
    agPct: t`${int(99)}%`,
    agContainer: hex(12),
    agHealth: uneven('healthy', 'starting', 'unhealthy'),
    agLock: t`deploy-${words('prod stage')}`,
    agTrigger: words('push cron tag'),
    agTriggerState: uneven('fired', 'ignored', 'disabled', 'rate limited'),
    wwValve: t`V-${digits(3)}`,
    wwValveState: uneven('open', 'closed', 'opening', 'stuck', 'partly open'),
    wwPct: t`${int(100)}%`,
    wwPump: t`P${few}`,
    wwRpm: int(3000),
    wwPumpMode: uneven('automatic', 'manual', 'remote', 'emergency'),
    wwTrip: uneven('overload', 'dry running', 'earth fault', 'seal leak'),
    wwOperator: user,
    wwTank: words('T1 T2 T3'),
    wwLevel: t`${few}.${digits(2)}`,
    wwTrend: uneven('steady', 'rising', 'falling', 'falling fast'),
    wwInlet: uneven('open', 'closed', 'throttled'),
    wwSensor: t`${words('PT FT LT')}${digits(3)}`,
    wwQuality: uneven('good', 'bad', 'uncertain', 'out of range'),
    wwValue: t`${int(90)}.${digits(2)}`,
    wwOn: maybe(0.4, t` on ${date}`),
    wwAlarm: t`A${digits(3)}`,
    wwDosing: uneven('started', 'stopped', 'reduced', 'on standby'),
    wwStation: (r) => `station ${capital(coined(r))}`,
    wwLink: uneven('up', 'down', 'flapping', 'degraded'),
    wwOpenClosed: uneven('open', 'closed'),
    wwZone: words('north south east west'),
    wwTariff: uneven('day', 'night', 'drought', 'weekend'),
    wwLeak: uneven('none', 'suspected', 'confirmed', 'not enough data'),
    wwOn2: date,
    wwSet: words('PRESSURE_MAX LEVEL_MIN FLOW_MAX'),
  };
}
