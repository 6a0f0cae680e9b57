/**
 * Eight programs of other trades, shaped as public Node programs print, made as those of `typical-programs.mjs` were: shapes drawn
 * from the same 7,986 statements (this time some together with a sibling, by the seed of 400 whose shares lay nearest to the
 * measured ones), and worded anew. They stay sealed since rules are chosen on the first eight: nobody had mined a line of them
 * when they were written, and what goes wrong with them is not to be looked at, only the score.
 */
import { FURTHER_TYPICAL_VALUES } from './further-typical-values.mjs';
import { printTypicalLines, statementsOf } from './typical-programs.mjs';

const PROGRAMS = {
  ferries: `
i Timetable of Summer loaded
e Sailing of '{name:ship}/{state:sailing}': {text:harbour}
i vehicle of {id:booking} swapped with {id:booking}
i [Quay] Linesmen have been told to stand by
i └──────────────┘
w Tide table unavailable (cached): {error}
e Manifest does not balance: ship: '{name:ship}', load: '{object:load}'
i boarding order is:
e Vessel tracking has not seen any of our own ships since midnight.
w Crew list lacks Master
w Gangway: not locked by Deckhand within its time. Boarding paused. {error:thrown}
w Display at pier four "{host}": cannot load "{path:board}"
i Ramp was lowered ({count}) cars waiting for {other:lane} now
e Departure blocked: {error:thrown}
i Check-in opened for ship '{name:ship}'
w Lashing plan does not fit aboard {name:ship} {object:load}
i Cargo Desk hands its papers to '{name:agent}'. Signed.
e [Berth allocation] Nobody could be asked about this ship
w Passenger lists must be sent today! Form: https://port.example/lists?day={other:day}
w Passenger lists must be corrected by the purser before sending today! Form: https://port.example/lists?day={other:day}&late=yes
i {optional:delayed}Sailing announced on board '{name:ship}'
i crossing: {id:crossing}
i Gate closes in a few minutes. Lane {other:lane} goes on last.
e Booking was not written back {error:thrown}
w Night Crossing has fewer guards aboard than the rule asks.
i ~~~~~~\\____/~~~~~~
i Casting off...
i Car Deck: room for {count} more cars today only
i Foot passengers may board
w Foot passengers may wait ashore until called
i Truck has been weighed: {id:plate}, axles: {object:axles}
e Truck has been stopped: {id:plate}, axles: {object:axles}
i Route: North ferry calls Island with delay Call #{count}
i Route: North ferry skips Island with delay Call #{count}
e Customs have closed Lane without warning
i Anchor alarm is armed
e no berth for tonight
e Seat map not drawn for {object:cabin} {error:thrown}
e Stern thruster refused to answer on the bridge
e Bow door sensor stays silent in harbour.
w Bow door sensor gave odd readings, trusting camera "bow": {error}
i Kiosk asks for Ticket: {id:booking} From: {host}
e Refund not possible {object:fare} {error:thrown}
e Status '{state:sailing}' makes no sense. Crossing number '{id:crossing}' left as is.
e Status '{state:sailing}' makes 'Sailed', so no move of '{id:crossing}'. Crossing '{id:crossing}' left as is.
e Timetable sheet missing or broken '{path:timetable}' {error:thrown}
e harbour radio is not answering: channel twelve`,
  brewery: `
e Mash temperature fell below the lowest step
e kettle is boiling over! Cause: {error}
e no malt left today
i Yeast was pitched at noon
w Recipe file unreadable {path:recipe}: {error}
i Brew day is over now.
i Chiller switched on, wort is cooling...
i Filling bottles for '{name:beer}'...
w Fermenter pressure climbs quicker than this yeast does: {object:tank}
i Panel is reachable. {host}
e {name:tank} overshot its target: {other:degrees}
i Hop dosing is finished
e pump relay failed: {error:thrown}
e pump relay stuck: {error:thrown}
e cannot write the Gravity log {path:log}: {error}
i next brew in the plan: {object:brew}
i Scale: {text:scale} {error}
e cold room door sensor: {error}
i Cleaning programme started with hot caustic
i Cleaning programme started with hot acid
e Alcohol duty of Batch is wrong: {other:duty}
w glycol: Level in buffer tank is low
i Lauter rake turns slowly
i Sparging ...
i Keg Washer: done with {id:keg}
i Keg Washer: done today
w Probe lost: no reply from {host}
i Label Printed. Run: {object:labels}
w Excise Portal answered Client with 401; please tell Accounting soon.
i Tank assigned to beer {name:beer}
i Gravity readings of this hour were stored: {object:gravity}
i Gravity readings of this day were stored: {object:gravity}
i Mill is empty
i Silo is empty
i Dry Hopping will begin shortly for {object:brew}
i Whirlpool ran until Clear
i wort runs clear again.
i {object:tank}
i pumped {count} litres from {name:tank} to {name:tank}
i racked {count} litres from {name:tank} to {name:tank}
i Batch has left the cellar: {id:batch}
i Pallet has left the cellar: {id:pallet}
e Oxygen meter of Filler went dark: {error}
i Steam is back after the boiler check
i Boil Timer has been set to {duration:minutes}min
e Operator typed '{text:operator}', ignoring...
e Duty report not sent {error:thrown}
e Duty report partly sent {error:thrown}
w second runnings are weaker than the recipe`,
  claims: `
i Intake Ready
e Letter not sent to {name:claimant}: {error}
e Report from Surveyor is missing - Claim without Report waits.
e Bank details look wrong
i Policy matches Claim ✔
i Claim accepted, payment follows within the next few working Days
i Coverage {state:coverage}, asking next Insurer...
w claimant has not answered our letter
w photo has no date
e Fraud score not computed, skipping: {error:thrown}
i Assigned by rule: {optional:adjuster}
e Damage was already paid by another insurer: {id:claim}
i Calling the garage again for {name:claimant}...
e Excess not set
e Payment Rejected, reason: {error}{optional:retry}
i Damage estimate was read: {object:estimate}
w invoice total differs slightly
i Mailroom open
w Waiting for police (report not in)...
w {host} {id:scan} not yet scanned, trying again in {duration} ms
i {host} {id:scan} not needed! it was sent twice
i fax gateway at {host}
i Claims that nobody has looked at this week: {count}
w Garage quote not readable, taking the average {error:thrown}
i {name:adjuster}: {other:open}
w Reserve: Amount was set while still {state:claim}
i policy found {object:policy}
i Batch Run will pay out these claims before noon:
i Archiving letters...
i Claimant: {object:claimant}
e Claim cannot be closed yet ({id:claim}). Reserve Account still holds money that must be released.
i Expert will visit on Thursday.
i Premium was refunded, writing a letter...
i Reading scans...
e {error:thrown}
i paid {count} claims out of {count} at {time}
i moved {count} claims out of {count} at {time}
w Claim form was filled in by someone called "{name:claimant}", the policy only names these people : "{list:insured}"
w Weather data not loaded yet {error:thrown}
w Weather data not loaded for hail {error:thrown}
e --dry was given but letters were sent
e Adjuster is ill
i Total Loss was confirmed after the car was seen again
i Total Loss was confirmed after the car burned
i Document with number '{id:scan}' was read and sorted by machine within {duration:reading}
i Document with number '{id:scan}' was read and sorted by Hand
i Currency of claim: {other:currency}
w Signature differs from the one before
w Call centre is busy, letters will wait..
e Ledger entry not booked: {error}
i second attempt, first was {error}`,
  observatory: `
e Dome could not be turned {error:thrown}
e Mirror cover is stuck: {error}
e Exposure of "{name:target}"({id:exposure}) lost: {error}
e Frame could not join '{id:stack}' since its header is broken {error:thrown}
w Proposal {id:proposal} has used its time
i night: {id:night}
i guide star chosen by hand near Polaris for the first hour of tonight: {object:star}
e (shutter motor: {state:shutter})
e {error}
i {name:target} (filter {count:wavelength}nm) is above the Horizon:east, {time}.
i {name:target} (filter {count:wavelength}nm): nothing above the usual noise, frame is not kept.
i Dusk
i Dawn!
w Seeing is worse than the observer asked {object:seeing}
i Slewing telescope...
w Clouds thicken
i Filter wheel '{other:filter}'
e Autofocus found no star at all
i Camera is cooled down to {other:celsius}
w Moon is close to target.
i Queue moved on to the exposure '{id:exposure}'
i Sky camera: rtsp://allsky.local/live
i archive: the nightly copy has sent {count} frames over to {host}
e {name:camera}: frame "{id:exposure}" does not carry the "exptime" header: "{other:header}"
e Rotator: Angle not 'numeric', was it homed before?
e mount lost power{optional:axis}
e camera lost power{optional:axis}
w wind rising
w frame {count} of {count} trailed on {name:target}
i Operator took Control of both the domes
i Calibration of "{name:camera}" stored in: {path:frame}
e [dome:north] door not closed
e [dome:north:rain] door not closed
i Observed target #{id:target} - {other:filter}
e Plate solving gave up on {id:exposure}: {error}
e ^^^Mount needs to be parked again, the steps are shown at https://wiki.observatory.example/park. (Support sleeps...)
e Guiding was lost: {error}
e Guiding suddenly lost: {error}
i Rain!
e \`{other:driver}.expose\` : takes no argument since release \`seven\`. Call it \`.expose(seconds, filter)\`.
e \`{other:driver}.slew\` : takes no argument since release \`seven\`. Call it \`.slew(ra, dec)\`.
i Tonight:
e Dew heater cable has come off again
i Scheduler: Queue is now Empty
i Scheduler: Queue is nearly Empty
i opening Shutter...
w Weather rules of last season are still in use, please write weatherRules = { ... }.
w Exposure came twice {id:exposure} and only the newer is kept {id:exposure}
w Flat fields are old, see Manual of the camera. Science with Flats of another month is not trusted, so please take new ones this evening twice.
i Spectrograph is warm`,
  elections: `
e Ballot scanner has reported "{other:ballot}" while {state:scanner} there. Count stops here until checked
e quorum: only signed by {count} clerks where it takes 2; results stay hidden
i Turnout so far is {other:percent}
w Seal looks broken
e Ballots missing from box {count}
e {name:district} Tally not sealed: {path:tally}: {error}
i Polling stations may send their numbers by phone until the lines return
w Voter register of the Town contains people who have moved away
e results were published early, page taken down. Editors should publish them again at /results when polls have closed
i Polls are open
w Box arrived late, still sealed
w unknown party code {other:party}
e Import broke off {error}
e Upload refused for {name:district} {error:thrown}
e {text:clerk} {other:party}: {text:clerk}
i Result Sheet (second copy): {id:sheet} Signed By: {id:clerk}
i count resumes from _checkpoint, calling recount() with _limit as stored
i Polls closed
i Candidates elected:
i Box opened, seal intact
i counted {count} of {count} boxes in {name:district}
i checked {count} of {count} boxes in {name:district}
i Votes were counted {object:votes}
e Sheet of the postal vote could not be read: {error}
e Nobody signed off for {name:district}; its votes are left out of the projection that television shows {error:thrown}
i Recount ordered
i Last failure: {error}
i Observers have arrived
i public result page: mode={state:page}
e Register locked, waiting
i Result Screen at venue '{host}' now shows {name:district}
e Signature list was not accepted: {error}
i Seats have been assigned
w {count} ballots unclear.
w Turnout lies above hundred percent
e Two sheets of the same box carry two different totals. (Ask the Returning officer)
w Courier has not reached the hall, box still outside.
w Clerk has not reached the hall, box still outside.
e Mandates do not Add up: {object:seats}
e Audit of this Box: {error:thrown}
e Committee rejects Sheet that has no stamp
i {text:clerk} Box {state:box} by the courier
i Postal Votes until Friday
i Postal Ballots until Friday
e Publishing failed for page {path:page}. it is shown as before, nobody has to act - unless one of these is wrong:
e Scanner took two sheets together, put them back into the tray and repeat
e Scanner took two sheets together {id:sheet}
e Signing key not found: {error:thrown}
w Sheet was entered by two clerks at once ({id:sheet}), comparing...
e *****
e district Upload: {name:district} error: {error:thrown}
i Sheet {path:tally} has been archived`,
  bikehire: `
i Bike was returned at {name:dock} too late
i Hire Service Up
i Dock Status is {object:dock}
e lock not opened {error:thrown}
e Ride not billed {object:ride} {error:thrown}
i {name:mechanic} has taken over {name:dock}
w {id:bike} left the zone of City centre, alarm is on
w {id:bike} left the map of our centre, alarm is on
e nobody answers the emergency line
e reply: {
i Fare is {object:fare}
i Fare was {object:fare}
e Lock '{state:lock}'; sending the signal again... (the rider only sees this in the app after 5 seconds)
i Lock '{state:lock}'; sending the alarm again... (the rider only sees this in the app after 5 minutes)
e Deposit could not be released: {error}
e Deposit must not be released: {error}
i Helmet was left in the Basket
w Van crew of this night could not reach every dock, the worst was still {name:dock}. Docks marked \`full\`, \`empty\`, or \`broken\` will be visited again this morning, please stay tuned!
i weather taken into the demand model: {object:weather}
i Docks that need more bikes before Monday are listed below in the order of their Need:
i geofence {object:zone}
i Winter Prices are valid from today
w Battery of the lock is almost empty now: {other:volts}
i Service for {name:dock} is planned to start {time}
i Group +two riders {name:rider} on {other:model} tariff plan={state:plan}
i Dock is {state:dock} according to {name:mechanic}
e Map of City not drawn: {error:thrown}
w Tyres old, the workshop has not seen this bike since spring, so it is out of hire from May 1.
i (_)/ (_)
i Firmware is {other:version}
i Config is {object:config}
w please stop using unlockAll() since docks hang then
e Map tiles could not load (\`{path:tiles}\`) is the folder mounted at \`.\` inside of container (\`{other:version}\`).
e Map tiles could not load (\`{path:tiles}\`) is that folder: \`{other:version}\`
e Photo {path:photo} not stored
w Rider asks for refund at "{name:dock}" but paid nothing{optional:yet}
i ignored {error:thrown}
w Brake of this bike was reported as broken!
e ride: {object:ride},
e dock: {object:dock},
e van has stopped
i rebalancing done
w dock {name:dock} has {count} bikes and {count} free places since {time}
i Cash counted twice.
i Ride was finished with {id:bike}
e Signal of lock lost...
i Bike {id:bike} goes back to 'Depot'
e Invoice not mailed: {error}
e Invoice not rendered: {error}
i Snapshot #{count} is stored under {path:snapshot}
e Server time runs ahead.`,
  dairy: `
i Herd size: {count} cows {other:breed}
e Milking robot did not attach: {error}
i - Cows that were not milked since more than twelve hours:
i Cow came into the box {id:cow}
e Vacuum pump is too warm
i Fat {other:percent}, Protein {other:percent}
i Feed wagon is driving to the young stock...
i Tank '{name:tank}' was emptied, truck took: {other:litres} {other:quality} ({name:driver})
w Tank '{name:tank}' needs Rinsing after '{id:delivery}' taken away by '{name:driver}' was Found sour, rules are at https://dairy.example/rinse
i Robot is {state:robot}
w Calving, the camera has seen that a cow lies down in the straw.
i +------------------+
e Gate does not open
e Gate does not close
i Milk sample of Cow arrived: {object:sample}
i Milk sample of herd arrived: {object:sample}
i box #{count} is free for the next cow.
i box #{count} is free for cleaning
e Cooling stopped in Tank Room without reason
e Nobody answers on the stable phone.
i Robot sent us a Message. {text:robot} {object:message}
e cannot log in to the Herd book of Milk Board
i Calf {id:calf} was born to Mother with collar {id:cow} (bull line={other:bull})
i Collar lost on pasture "{id:cow}": looking for it since yesterday
i Feed plan written to: {path:plan}
i Barn layout : {path:barn}
w Cow eats less than last week
i milking of this cow: {duration:seconds}s, udder: {state:udder}
i Delivery note #{id:delivery} - {other:quality}
w Conductivity in Quarter rear left {other:conductivity} is higher than in the other Quarters with about {other:conductivity}. Mastitis is likely and the vet should be Asked - see also https://dairy.example/mastitis
i Cow has left the barn Without milking.
i Parlour side number 1
i Vet signed Papers for the herd '{name:herd}'
e Message could not reach Farmer: {error}
e no straw left in Barn
i Cow number {id:cow} drank water
e Feed mix is wrong {object:mix}
i Cows waiting: {list:cows}
w Hay is almost used up
w - - - - - - - - - - - -
w Hoof scan not possible for {name:cow} ({id:cow}) got {error:thrown}
i Slurry at {other:percent} of the pit
e Collar data of last night was lost: {error}
w [feed] Silo Scale of {name:tank}: {other:kilos}
i Milk report written to: {path:report}
e Heat detection for cow {id:cow} failed: {error:thrown}
e Milk price of this month did not arrive, the last stays {other:price} {error:thrown}
w Water trough in barn runs dry
e Brush motor blocked.
i Robot is washing its arms
i cow {id:cow} gave {other:litres} within {count} minutes, next time {time}`,
  archive: `
e Scan has no page number, skipping
e Scan has no page or number, we are skipping it this time: {error}
w register of this parish was bound twice and its years overlap slightly
i {reader [room]} {text:desk} {object:seat}
e Broken Pages:
e Transcript could not Save for {name:register}#{id:page}: {error}
i Two volunteers have finished the whole register of baptisms!
i Volunteer called "{name:volunteer}" reached hundred pages!
i Names in {other:village}:
i Families in {other:village}:
i Loan: Register goes back home to {name:parish}
w ink of this page is too pale to read
i Rotating {count} scanned page(s)...
w Person seems to marry twice
w Person seems to die twice
e Nothing is known about parish '{name:parish}'. Registers of parishes can be added once their name, their diocese and their years stand in our List first.
w Date not plausible, keeping it as the priest wrote
w Place name was not found near village {other:village} {error:thrown}
e Year of entry reads "{other:year}" but the page before ends with {count} - we will show it to readers as "{other:year}" doubtful.
e Year of entry shows "{other:year}" but the page before ends with {count} - we will show it to readers as "{other:year}" doubtful.
e Handwriting model not loaded: {error:thrown}
e Key of Cabinet cannot be found. Desk was told.
e Key of Cabinet cannot be found.
w Reading room is closed on this Holy day {error:thrown}
i Index : Built {count} names.
e Backup not seen since {time}!
i Copy of microfilm begins - please wait
i Register is "{state:register}".
e Search for a family name needs at least one more field (first name or village, a year, or a parish) to keep Answers short enough
i Humidity is fine again
e {name:volunteer} Pages not handed back: {error}
e the freezer for damp books has lost its power
i lamp, scan table (light:{state:lamp})
i Transcription begins with register {name:register}
w Register is still "{state:register}" after being read twice
i Descendants were asked for consent, nobody has answered yet
e Tile server does not answer: {error}
e Tile server does not start: {error}
w Village spelled differently {other:village}
i Contact Sheet for {path:film}
i Contact Print for {path:film}
i Page {id:page} continues on {id:page} with entry={id:entry}
e Shelf not found
e Thumbnail strip was not made {error:thrown}
e Thumbnail strip was Cut Short {error:thrown}
e Donation not booked: {error}
w page skipped: {error} (page: {id:page}, register: {name:register}, file: {path:film})
e nobody holds this key
i Register "{name:register}" goes online
e page is missing its corner
e page is missing its stamp
e Merge of two Persons failed {error:thrown}
e Merge of two married Persons failed {error:thrown}`,
};

export const FURTHER_TYPICAL = statementsOf(PROGRAMS);

/** @returns as `printTypicalLines` does */
export function printFurtherTypicalLines(programs, seed) {
  return printTypicalLines(programs, seed, FURTHER_TYPICAL_VALUES);
}
