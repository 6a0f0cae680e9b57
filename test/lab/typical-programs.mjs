/**
 * Eight more programs whose print statements are known, shaped as public Node programs print: how many values a statement has, of
 * what kind and where, how many words, how often a sibling stands beside it. The other sets say what may be hard; this one says
 * how often it comes. The shares stand in `typical-shapes.mjs`, taken from 7,986 statements of 37 public repositories, and
 * `test/whole/typical-programs.test.ts` holds these against them. The shapes of 440 statements were drawn from those (each word
 * replaced, each value by its kind) and worded anew for invented trades; sixty more were added, mostly siblings, which a draw
 * takes apart. Texts and values are invented.
 *
 * How often a statement prints follows Zipf's law with the exponent 1.26, the median of the sixteen samples of loghub
 * (J. Zhu et al. (2023), "Loghub: a large collection of system log datasets for AI-driven log analytics", ISSRE); which
 * statement has which rank is drawn by the seed, whatever its level. A program prints 2,000 to 8,000 lines. Stacks behind an
 * error are left away. One label is one statement of a source, states and optional parts are values.
 *
 * Nobody had mined a line of them when they were written; since then rules are chosen on them, and `further-typical-programs.mjs`
 * holds the sealed ones.
 *
 * A statement a line: its level (information, warning, error), then its text; `{kind}` and `{kind:maker}` stand for values.
 */
import { LOGGERS } from './printed-services.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';
import { PROGRAM_VALUES, valueMaker } from './typical-programs-values.mjs';

const LEVELS = { i: 'INFO', w: 'WARN', e: 'ERROR' };

const PROGRAMS = {
  greenhouse: `
e {other:unit} {error:thrown}
i Climate Loop: Armed
i Setpoint {object:setpoint}, zone={id:zone}, recipe={id:recipe}, source={state:source}
e Failed to store hourly totals
w Lamp ballast firmware older than 256K
w OpenMeteo Forecast gave no reply, Grower curve of last Monday stays for {name:house} / {id:zone}
i Pushed new climate plan {name:house}: {object:plan}
e Saving {object:reading} failed {error:thrown}
w No CO2 probe answered on {path:bus}
w Calibration table for probe is empty
e dosing pump stalled: {error:thrown}
i Starting Irrigation...
e Weather API request: {error}
e MQTT Broker refused this session and will not be asked again, check its credentials and restart the climate service
i Started...
e unable to parse the valve map. Using last one.
e Zone has no recipe
e vents: not homed
e Failed to store daily totals: {error}
e Failed to store weekly totals
i config from Portal differs from local {object:plan}
i Irrigate({name:house}, [Drip], {object:setpoint}, {duration})
w Waiting for tanks (this takes minutes)...
i Switched {state:lamp} on {other:circuit}/{name:lampGroup}
i tick
w Skipping Zone because its last valve command was {id:command} (sent by the night run): {error}
w Fog nozzles were not flushed since last season
e {error}
e --frost guard keeps all heating pumps on
i Seed Tray: moved {id:tray}
i Batch #{id:batch} - {other:crop} moved out
e Probe reported an impossible dew point, the last good one is used
i Broker: {host}
e Portal sync failed: Server answered our request with {state:http} {path:route}. Retrying
e cannot reach grower portal at this time {error:thrown}
e Deprecated: Use of plan \`setCurve()\`; please call \`applyCurve()\` instead.
w Heat pump on Modbus timeout: {error}. Trying again in a while.
e Valve did not close {id:valve} in time
i Night Mode on
e sensor gives values outside its range: {other:reading}
i {greenhouse {telemetry [{other:topic}]} {text:payload}}
i daylight sum reached, lamps go off until dawn
i Night Mode on until the growers are back
w Calibration table for scale is empty, weighing goes on with the factory values
e Failed to store daily averages: {error}
i opened {count} of {count} roof vents
i closed {other:reading} % of all roof vents
w nobody has confirmed the frost alarm of this house for more than {count} minutes, calling the next grower on the list
i Seed Tray: dropped {id:tray}`,
  printlab: `
i Taking order from bucket: {id:order}, size={other:printSize}
e the paper tray is empty
i [{name:press}] Ready now.
w Preview not written, order continues: {error}
i Preview is ready
e Preview is late, continuing
w Ink levels running low
w Spool folder is {state:spool} and will be recreated. Order={id:order}
i {other:printSize} queued
i Compressed {count}% of image
i Calibrated press: target density:{other:density}
i Cutter Blade reached its service life, Please replace
i purge() was called once...
i Reading colour profile table, one moment please...
i Loading profiles: builtin://generic
i Printing one sheet (copies): job={id:job}
i New roll was mounted
e Order was refused since no items remain in items[]
w upload did not finish within limits, falling back "multipart": {error}
i Scan done: Left= {other:density} , Right= {other:density}
w Customer notice skipped: {state:channel}
i {text:press} From the press
e Moving finished sheet into Archive failed: {error:thrown}
i Order {id:order} has been printed and handed over
i Order received {id:order}
i printer warmed up
e Thumbnail not created: {error:thrown}
i Image metadata read {object:image}
e Could not find paper named '{name:paper}'. Please add it to the paper list of this press before the next order of that size comes in.
i Using ICC profile of press-{other:model}
w Sheets left on {name:paper}
i frame {object:image}
i Press now {state:press} for order {name:customer}
w deleting original after print failed {name:bucket}
e Retouching of face {other:region} was not possible, the original is printed for this customer {error:thrown}
i Order was passed to shipping {id:parcel}
e Blank image uploaded
e Cutter jammed on: {error:thrown}
i Delivered every sheet of that order to desk number 1. Customer paid {other:amount} cash.
e Gift card invalid. {object:voucher}
i >>>>> [PRINT LAB] Worker is now up
i Lab v{other:version} (Node v{other:node}) of {name:site} listens on this host {host}.
e Invoice not, sent to this shop: {error}
e Wrong colour space (\`cmyk\`) was given to the proofer, please convert it to rgb! (*Note* cmyk proofs come out, so pale that nobody wants them on any wall at home.)
i Proof was approved: {other:comment}
i [shift] The night shift takes over now
i Order cancelled {id:order}
i Order received {id:order} again
w Ink levels running low in the large press, please order more
i resized {count} images in {duration} ms
i sharpened: {id:order} in {duration} ms
e Moving finished sheet out of Archive failed: {error:thrown}
w This order was uploaded from an app whose version is too old to send the crop, so the whole picture will be printed: {id:order}
i Order was passed to cutter {id:parcel}`,
  auction: `
i Hammer price: lot={id:lot}, unit=, bid={other:amount}, paddle={id:paddle}
w Bid came in after the lot was closed '{other:amount}' and it was ignored; sorry.
i Opening the bidding room now...
i Streaming Camera feed from '{host}' into room {name:room}
i Loaded {count} past sale(s)...
i Sale == starts soon
e live feed has stopped without notice
i lot {object:lot}
e Auctioneer not present
e Paddle number is held by somebody else already
w Currency rate missing: last known rate is used for this bid.
e Absentee bid could not be placed {id:bid} for {id:lot}
i Room Server is ready to take new bids
i Bidders Online now '{count}'
i Catalogue Page for "{name:sale}" written to: {path:page}
i Sale settings loaded {object:sale}
e Payments: link was not created: {error}
e Could not charge the buyer {object:charge} {error:thrown}
i Closing the bidding room now...
e could not ring: {error:thrown}
e Payout blocked
i Charge captured for the winning paddle {object:charge}
i Bid relay up and running. Forwarding to: {host}:{host:port}{path:page}
e settle() Failed: {error:thrown}
w paddle was shown twice within the same second, counting once
i Room is quiet again
i Room closed
i Lot under {other:hammer}:
i paddle connected from room {id:paddle}@{id:socket}: still waiting
i Increment table - default steps are in use.
i dry-run -q, --nothing will be charged today
i Bid accepted in this room {object:bid}
i Reserve was met.
e Could not charge the seller {object:charge} {error:thrown}
i Room is open again
i Sold lot: {id:lot}
e catalogue image {path:image} is not shown: {error:thrown}
e Buyer premium for this lot ({other:premium}) not charged {error:thrown}
i Video Encoder Status: Running
w Translator did leave. Captions stop for everybody who is listening in another language: {object:room}
i lot {name:lotTitle} is {state:lot}
e Could not refund: {object:charge}
w Clock of this bidder drifts by {other:amount} s
i Telephone Bidder: seated {id:paddle}
e Bank refused this transfer {other:currency}_PAYOUT ({path:transfer}): {text:bank}
e Nobody has bid on this lot since noon...
i Signed .contract for this "SALE={name:sale}"
i lot withdrawn today
e relay() was dropped: {error:thrown}
e Provenance papers of this lot are still with customs office
e Could not refund: {object:charge} and the buyer has been told to wait for the next run
i Loaded {count} future sale(s)...
e Auctioneer not present, bidding in this room stays closed until somebody signs in
e Absentee bid could not be placed {id:bid}
i relayed {count} bids to {count} bidders
i relayed {name:room} to {count} bidders`,
  tenders: `
e Portal sent no table
i {text:banner} |\\
i crawler started again, robots file fetched
w Notice page has no closing date field:
e Notice could not be stored (it is too long).
w Notice page has no contact mail field:
e no parser for "{id:portal}" known to this crawler!
i Visiting portal page {name:portal} ({id:visit})
e Could not parse XML from portal ({error})
e Could not read attached file ({name:document}) of {name:portal} {error:thrown}
e could not decode notice body {error:thrown}
e Page fetch failed [{count}] {error:thrown}
i crawl finished Totals: {id:visit} found: {object:totals}
w Captcha shown by this portal again, a human has to solve it today
i Reading the sitemap...
e No buyer named here: {id:notice}
i Crawl is done. Sleeping until the morning.
w Cookie wall blocks the whole page; try other agent
e Could not click accept on banner {error:thrown}
e mail to subscribers bounced {error:thrown}
i Browser was closed after crawl, memory given back.
e Could not open page for portal: {error}
i Visiting category '{name:category}'...
i Crawl paused again
e Duplicate notice was found although its number should be unique across portals {id:notice} at {name:portal}
e Sitemap is older than the last full crawl
i queue[portal] is empty for now
e Translation failed for {name:document}! {error:thrown}
i {name:category} has three new notices, hurray indeed!
i Crawl started again
i [store] Stored notice for buyer {id:notice}
i ------------------------------------------------------------
i Crawl plan is: {optional:filters}
w [robots] File forbids this path, it is skipped.
e unable to fetch page twice - giving up until tomorrow.
e Fatal:{error}
i attachments are kept in folder: archive/{id:notice}.zip
w Could not follow the link of {id:notice}, so the documents behind it are missing from the mail of today: {error:thrown}
i Visiting all pages of portal {name:portal}...
w Date in field {other:rawDate} unclear {error:thrown}
i Pool drained
i $ crawler resume -- all
i Subscribed to {count} channel {state:channel} ({list:categories})...
e Screenshot not taken: {error}
i tender crawler (Chrome version {other:chrome})
i browser is up
e Portal refused our login with '{name:account}' and said ({text:refusal})
i hint for buyer '{id:buyer}' was sent by mail
i Crawl resumed again
e Portal answered our search with a {state:http} page at {path:notice}: {error}
i Parser: {state:parser}
i Mail digest was sent
e Browser page has crashed there: {text:crash}
i crawl id: {id:visit}
w Notice page has no closing hour field:
i Mail digest was sent without the notices of {count} portals
w Mail digest was late
e could not decode notice header {error:thrown}
i notices: {other:rawDate} is on page {count}
i skipped {count} notices on page {count}
i Visiting portal page {name:portal} again`,
  parking: `
i == ____ P A R K ____ ==
e Barrier could not be raised: {error}
i Garage {path:config} binds to {host}:{host:port}
e Plate reader is offline, reason: camera gave nothing: {error:thrown}
e Lane is {state:lane}, vehicle {other:plate}
e lane {name:lane} was in a wrong "{state:lane}" since last night
i Message from the customer display of lane '{name:lane}': {text:display}. {object:message}
e Camera lens of the exit lane is very dirty.
w Printer paper low.
e No tariff found for garage {name:garage}
w ticket without entry seen again at exit
i Lane test 1
e Season ticket has no garage "{id:season}", please check it
i Barrier up
i payment was taken: terminal reply {object:receipt}
i Gate firmware is current. Nothing done.
w barrier open for {duration}ms with no car below.
w Intercom call was not taken by the desk within a minute, please look at the \`lanes: exit
e {text:terminal} - {error:thrown}
e Tariff has no price for the whole night in table "{name:tariff}" (row: {id:row})
w Plate unreadable
e Could not open barrier {object:command} {error:thrown}
i lane config => "{path:config}"
e Card Terminal said no: {error:thrown}
i Display driver is connected to: {host}
e loop below gate sees no car
i Ticket was issued {object:ticket}
i Ticket was paid {object:ticket}
w Plate Camera sent odd: {other:plate}
i Exit: granted
i Sensors restarted after power cut, waiting...
i Freed {count} expired reservation(s)...
w 'LaneSix' has no camera file: {path:config}
i Garage is {state:garage}.
i Entry granted
e Barrier could not be lowered: {error}
e Could not find the tariff "winter" anywhere. Using default one.
i Car entered garage deck {id:ticket} ({count}) {count}/{count} free
e Entry not granted, full...
e Plate was not stored: {error}
e ticket not printed {error:thrown}
i barrier, moved down (took:{state:motion})
i Opening lane shutter '{name:lane}'
e Card declined ({error})
w Ignoring plate read twice '{other:plate}' - the car is still below camera{optional:seconds}: '{list:plates}'
w Sign wrong
i Gate closed
i Tariff {other:season} applies from today: {other:amount}
w coin hopper is almost empty and will need a refill {error:thrown}
e Could not save lane image ({path:image}): {error}
e Could not void parking ticket {id:ticket}: {error:thrown}
i Counting cars - deck by deck starts now.
i Lift ready
i occupancy() -> was asked by display
e Could not reach payment host {error:thrown}
e Terminal:{text:terminal}
i Ticket was voided {object:ticket}
e Could not close barrier {object:command} {error:thrown}
e No lane found for garage {name:garage}
i deck {count}: {count} free
w Printer paper jammed.
e Could not save lane video of the last entry, the disk is being cleaned ({path:image}): {error}
w Season tickets of this garage were not renewed because the bank file of {time} is not there yet, all of them open until noon`,
  translations: `
e Segment table has no rows left over
i engine: loaded for French and German
w Glossary term was not found {other:term} {error:thrown}
e engine reply: Result = {
w empty segment
e Document could not be split
w Target locale is unknown "{name:locale}" for this customer
i translation worker is now waiting for new documents
e {error} while still translating: {error}
e Converting the source document to markup failed: {error:thrown}
w Memory match was below the threshold, so a fresh translation was made
w Reviewer is not assigned {name:reviewer}, using {name:reviewer} from the pool.
w engine answers with much delay. Waiting a while, at least 5000 milliseconds
i Job was taken by worker '{id:job}'
i Worker <| .-..-.
w Document was split in more segments than the engine takes in one go
i engine cache was warmed up during startup...
w placeholder lost in segment "{other:placeholder}"
i Document delivered
i {path:document}:{state:check}
e engine call failed {error:thrown}
w Spelling was not checked
e could not convert document: {name:document} - {error}
e Document is not readable
e Could not save file format ({name:format}): [{name:document}] {error}
e Could not render {object:segment} {error:thrown}
i Document was approved
w Document too long for {name:engine} so using {name:engine} with {other:chunk} {error:thrown}
w Job was moved back to queue; lock of job \`{id:job}\`
e Quality check has failed '{state:severity}' '{id:segment}' ({text:check})
i Segment reviewed '{id:segment}' from customer '{name:customer}' by reviewer '{name:reviewer}'
i Memory of customer has changed. Mode: {state:memory}
w Glossary: Term base is stale, refreshing
e Segment has no source text, skipped
e Locale pair is missing in the engine config --run setup
e Glossary file has only these columns: source, target
e [import] Memory '{name:memory}' did not finish: {error}
e -> Cannot open a stream to the engine {host} {optional:hint}?
e Engine quota was used; no further documents are taken before midnight. Cause: {error}
i {name:customer} has no more credit '{other:amount}'. Jobs are paused
w Machine output equals source for segment. Please look at it again and mark as not to be translated. Then run this job again or set the flag of document: translate skip=yes
w Memory import took longer than expected
e download of source file failed /jobs/{id:job}{path:document}: {error}
e Callback was not delivered: {error:thrown}
w Tags: Mismatch in segment around here "": {text:segment}
i Translation memory has been exported
i Project opened #{id:project} - {other:project}
w Engine gave a warning: {text:engine}
i worker {id:worker}
i Customer {name:customer} pays {name:plan} until {other:month}
e Could not translate:
i Idle
e Engine sent unknown language "{other:language}" so we fell back to rank {count} - our second best guess "{other:language}" instead.
i Translation memory has been compacted
e the converter process has died
e Format '{other:extension}' is unsupported: {error}
e Segments lost after split phase: {count}
e Document could not be joined .
w customer wants no machine translation for this document
e Memory locked
e Document is not readable, the customer is asked for another copy of it
e Document could not be merged
w [checks] Grammar was not checked for this language
i translated: {count} segments, took: {duration}ms
i reviewed: {count} segments, by {name:reviewer}
e Converting the source document to text failed: {error:thrown}
i Translation memory has been locked
e Engine did not answer: {text:engine}`,
  library: `
i Catalogue sync has begun
w copy without barcode, not imported
i Patron record changed {object:patron}
e Holdings: Record could not be saved: {error:thrown}
i Shelf list from {path:export} has been written {other:branch}
w returned late / fined the reader for {other:fine} again, balance now: {other:fine}
e Label printer ran out of paper...
e Reservation not stored: {error}
i Shelf scan was started
e {other:barcode} was not found
i Reader "{name:reader}" has opened an account online
w all copies of this title are on loan
i Title withdrawn
e catalogue index of branches failed: {error:thrown}
i the nightly sync ended.
i Loan was extended #{id:loan} - {other:title} by {duration}d
w Branch '{other:branch}' sends no opening hours - the hours of the main library are shown to readers there instead and loans end on the day after its last known opening day. Please enter the hours for this branch, they are used for fines and for every notice
i merged #{count} duplicate authors today
w No cover image {name:title}
i {other:branch}:shelf:{object:shelf}
i {host} {id:terminal} is online! self check terminal works
w {error}, will retry
i Copy was damaged ({state:damage}) today.
i Branch: {other:branch}
i Title merged (main + two others) into {id:title}.
w Title {id:title} has no main author given
e label not printed
w notice {text:mail} {error:thrown}
i Printer ready: {other:printer}, Tray: {state:tray}
i queue heads:
i reading room seats taken again {object:seats}
i Reader unblocked
w Copy changed its status {state:copy} though expected {state:copy} {object:copy}
i Loan ended for copy number: {id:copy}
i Sync with remote catalogue, please wait...
e Import is stuck - no progress since midnight
e {error} while importing records: {error}
i Imported. Nothing was left to do.
e Copy lost
i Indexing {other:branch} titles. Please wait until that ends {count}/{count}
i reader has joined: {object:patron}
e Could not lend that copy because of an open fine {id:copy}: {error}
i sent the overdue notice to this reader {object:notice}
e Could not renew this loan {id:loan}: {error}
i Stopping...
i loans today: {name:branchName}
w fetchCover() :: Server did not give an image back, tried the mirror{optional:mirror}. Reason: {error:thrown}
i old catalogue kept: {path:export}
i Sync was finished.
i Shelf scan was finished by staff
w Reader has no card
i Reader was told of the lost card
i Reader blocked
i {count}
e !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
e Could not match the record with author - {id:author} - {error}
w Import took wrong file: {path:export}
i from {time} all branches to {time}, local
e MARC<leader>: Record has no length so its fields cannot be told from each other
i Reader was told of the new card
e Reader card not read: {error:thrown}
e Wrong PIN! ({id:reader})
i terminal: {id:terminal} was rebooted remotely, back in shortly
e Could not find that copy {id:copy}: {error}
e Could not close this loan {id:loan}: {error}
i Shelf scan was stopped
i Sync was cancelled.
e label not printed since the roll is of the wrong width
w Reader has no mail address, notices go out as letters
i merged #{count} duplicate titles today
i catalogue sync read {count} records, {count} changed
w Reader has no card yet`,
  charging: `
i Central System listening
e Station sent {text:frame} instead of request {object:frame}
i Tariff name: {other:tariff}
e Could not stop the charge in time: {error}
i station boot accepted, vendor state for connector {state:connector}
i Remote start sent, station reply: {object:reply}
e Meter value is lower than the last, ignored by billing.
e Meter value was lost {error:thrown}
i Simulator is running --fast; no billing
w Station wants to use plain password login although a certificate was issued for:
i Purging old sessions (older: {count})...
e Cable locked
e the station clock is far ahead of ours
w Roaming, the partner asked for a token that this network has never issued to anybody.
i Socket open. Station {host} is connected since {time} already
i Every connector of this station is free.
i Firmware was installed while nobody was charging there on {name:station}
w Station is rebooting
i [OCPP] Session was opened for driver: {id:session}
w Driver left early, the cable is still plugged in and locked.
w station did not report any power reading, assuming the plate value is right
w Unknown charge card: {name:card}
e Charge was refused
w Grid is overloaded, every station gets half of its power.
i session report is written: {path:report}
i Session was closed {object:session}
i [session] paused by driver
i Invoice was rendered {path:report}
w station lost its socket
i Meter values are stored {object:meter}
e \`meterStop\` is missing
i Driver app online: yes
e Connector reports a fault of type: {state:fault} again
e Station refuses this profile: {text:reason}
w RFID card: {other:tag}@{other:network}
i connector {other:connector}
e station is unreachable{optional:since}
e Certificate was revoked
i $ station simulate many -w && tail logs
i Balancer enabled
e Could not fetch spot prices {error:thrown}
i Station has been removed today
i Session "{id:session}" was resumed, driver is informed.
i Station status changed: {state:connector}
e Diagnostics upload failed {name:station}: {state:upload}
w Heartbeat was late from station ({duration}ms)
i Waiting for all stations to report...
e Payment was captured twice by provider, refund could not be made automatically: {error}
e Socket was closed early
i {optional:network}driver has been charged '{name:plan}'
w Legacy flag given '-P' means that '--plain' which will turn off every socket check soon. Use a certificate for all of your stations or if you must set '-U' with '--unsafe'.
i Charge Point has joined group: {id:group}
e Roaming hub down
i {text:hub} was sent out
e orphaned session
e {error} while the station was being told to stop its charge.
i Session was resumed
i sending {count} profiles ({state:profile})... Done
i Sending the invoices...
i spot prices saved {path:prices}.
w Throttling station. Waiting up 500ms more...
e Could not unlock: {error:thrown}
e Tariff had no price for this connector ({name:tariff}) at {time}
i power budget set
i Session was invoiced
e connector status unknown: {state:connector}
i Flow is, driver taps → Station → Network → Billing → Receipt is sent
w Station is muted. Alerts from it stay off until somebody turns them on again
i Driver tapped card {name:card}
e too many stations in group
e Could not fetch any of the {name:tariff} prices {error:thrown}
w Meter values are late {object:meter}
w Unknown charge plan: {name:plan}
i Invoice was mailed {path:report}
i [roaming] Hub answers again
e Could not stop the charge in app: {error}
e too many stations in site
i Balanced site: {count} connectors, limit: {other:connector}
w Heartbeat was late from station for the third time in this hour and its sessions are billed by the last known meter value ({count} sessions)
w Unknown charge point: {host}`,
};

export const TYPICAL = statementsOf(PROGRAMS);

/** @param programs  their statements by name, one a line behind an empty one */
export function statementsOf(programs) {
  return Object.fromEntries(Object.entries(programs).map(([name, text]) => [name, text.slice(1).split('\n').map(statementOf)]));
}

/** @returns {{ truth: string, line: string, message: string }[]}  in the order in which they would be printed */
export function printTypicalLines(programs, seed, values = PROGRAM_VALUES) {
  const lines = [];
  const loggers = Object.keys(LOGGERS);
  Object.entries(programs).forEach(([program, statements], number) => {
    const random = { ...seededRandom(seedOf(seed, program)), seed };
    const makers = statements.map(({ parts }) => parts.map((part) => part.kind && valueMaker(values, program, part.kind, part.maker)));
    const next = byRank(statements.length, random);
    const dress = LOGGERS[loggers[(number + seed) % loggers.length]];
    const count = Math.round(random.logBetween(FEWEST_LINES, MOST_LINES));
    for (let n = 0; n < count; n++) {
      const at = next();
      const { level, parts } = statements[at];
      random.statement = `${program} ${at}`;
      const message = parts.map((part, i) => part.text ?? makers[at][i](random)).join('');
      lines.push({ truth: `${program} ${at}`, line: dress(message, level), message });
    }
  });
  return lines;
}

const FEWEST_LINES = 2000;
const MOST_LINES = 8000;
/** Maximum likelihood over the ranks of each sample; it lies between 0.80 and 1.92. */
const RANK_EXPONENT = 1.26;

function statementOf(line) {
  const parts = line
    .slice(2)
    .split(/(\{(?:id|name|path|host|count|duration|time|error|state|object|list|optional|text|other)(?::\w+)?\})/)
    .filter((part) => part !== '')
    .map((part) => {
      const [, kind, maker] = /^\{(\w+)(?::(\w+))?\}$/.exec(part) ?? [];
      return kind === undefined ? { text: part } : { kind, maker };
    });
  return { level: LEVELS[line[0]], parts };
}

/** @returns a drawer of statement numbers: the rank of each is drawn once, and decides how often it comes */
function byRank(count, random) {
  const ranked = Array.from({ length: count }, (_, at) => ({ at, draw: random.uniform() })).sort((a, b) => a.draw - b.draw);
  const weights = ranked.map((_, rank) => (rank + 1) ** -RANK_EXPONENT);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return () => {
    let left = random.uniform() * total;
    let rank = 0;
    while (left > weights[rank] && rank < count - 1) left -= weights[rank++];
    return ranked[rank].at;
  };
}
