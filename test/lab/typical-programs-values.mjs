/**
 * What stands at the places of the statements of `typical-programs.mjs`: `{kind}` and `{kind:maker}`, where the kind is what
 * the expression of a real statement was counted as, and the maker is the trade's own.
 *
 * Values come as unevenly as in production: things that have a name or a lasting number are drawn by rank (a tenth of the
 * stations make half of the lines), states by `uneven`, and one place fails mostly in one way: each statement has its own
 * order of the errors that its program can meet. The errors are worded as Node, drivers and HTTP clients word theirs.
 */
import { inspect } from 'node:util';
import { seededRandom, seedOf } from './seeded-random.mjs';
import { below, digits, maybe, t, uneven } from './value-makers.mjs';

/** @returns the maker of a `{kind:maker}` of a program, out of the makers of its set */
export function valueMaker(values, program, kind, maker = kind) {
  const own = values[program];
  const made = own[`${kind}:${maker}`] ?? own[maker] ?? COMMON[maker];
  if (made === undefined) throw new Error(`typical programs: expected a maker of {${kind}:${maker}} for ${program}, found none; add it`);
  if (kind !== 'error') return made;
  return erring(own.errors, maker === 'thrown');
}

export const of =
  (...choices) =>
  (r) =>
    r.pick(choices);
export const either =
  (...makers) =>
  (r) =>
    r.pick(makers)(r);
export const words = (text) => of(...text.split(' '));
export const many = (value, fewest, most, glue) => (r) =>
  Array.from({ length: fewest + below(r, most - fewest + 1) }, () => value(r)).join(glue);
export const from = (alphabet, length) => (r) => Array.from({ length }, () => alphabet[below(r, alphabet.length)]).join('');
export const hex = (length) => from('0123456789abcdef', length);
export const nano = (length) => from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-', length);
export const whole = (least, most) => (r) => String(Math.floor(r.logBetween(least, most + 1)));
export const decimal = (low, high, places) => (r) => r.between(low, high).toFixed(places);
const two = (value) => String(value).padStart(2, '0');
export const uuid = t`${hex(8)}-${hex(4)}-4${hex(3)}-${from('89ab', 1)}${hex(3)}-${hex(12)}`;
export const date = (r) => `2026-${two(1 + below(r, 12))}-${two(1 + below(r, 28))}`;
export const iso = (r) => `${date(r)}T${two(below(r, 24))}:${two(below(r, 60))}:${two(below(r, 60))}.${digits(3)(r)}Z`;
const ip = t`10.${whole(1, 250)}.${whole(1, 250)}.${whole(1, 250)}`;
const ulid = t`01K${from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)}`;
const syllable = words('ba ce dri fo gan hul jer kin lo mar nes pol ri sta tev ul vin wal zo ack der min');
export const coined = many(syllable, 2, 3, '');
export const Coined = (r) => {
  const word = coined(r);
  return word[0].toUpperCase() + word.slice(1);
};
export const person = t`${words('Ada Bo Chidi Dilek Erik Farah Gil Hye Ines Jonas Kaya Luc Mona Nils Oya Pia Quinn Rosa Sami Tia')} ${Coined}`;

/** Things that exist for long, named by `make`: the one of rank k comes as often as `k ** -exponent` says. */
let tailCount = 0;
export function tailed(count, make, exponent = 1) {
  const tail = tailCount++;
  const upTo = [];
  for (let rank = 1; rank <= count; rank++) upTo.push((upTo.at(-1) ?? 0) + rank ** -exponent);
  return (r) => {
    const drawn = r.uniform() * upTo[count - 1];
    let [low, rank] = [0, count - 1];
    while (low < rank) {
      const middle = (low + rank) >> 1;
      if (drawn < upTo[middle]) rank = middle;
      else low = middle + 1;
    }
    return make(seededRandom(seedOf(r.seed, `thing ${tail} ${rank}`)));
  };
}
/** Orders, jobs, sessions: most lines tell of a new one, some come back. */
export const passing = (make) => tailed(3000, make, 0.4);

export const dumped = (make) => (r) => inspect(make(r));
export const json = (make) => (r) => JSON.stringify(make(r));
export const number = (maker) => (r) => Number(maker(r));

const COMMON = {
  error: true,
  thrown: true,
  count: either(whole(1, 9), whole(1, 9), whole(1, 400), whole(1, 20_000), () => '0'),
  duration: whole(1, 30_000),
  time: iso,
  host: either(ip, t`${words('db cache mq api')}-${digits(1)}.internal`, t`${ip}:${words('443 5432 6379 8080 1883')}`),
  port: words('3000 8080 8443 1883 9000'),
  http: uneven('500', '404', '503', '403', '429', '401', '302'),
};

const said = (name, message) => (r) => ({ name, message: message(r) });
const E = {
  refused: said('Error', t`connect ECONNREFUSED ${tailed(4, ip)}:${words('5432 6379 443 1883')}`),
  timedOut: said('Error', t`connect ETIMEDOUT ${tailed(9, ip)}:443`),
  notFound: said('Error', t`getaddrinfo ENOTFOUND ${tailed(5, t`${coined}.example.com`)}`),
  again: said('Error', t`getaddrinfo EAI_AGAIN ${tailed(5, t`${coined}.example.com`)}`),
  reset: said('Error', of('read ECONNRESET')),
  hangUp: said('Error', of('socket hang up')),
  pipe: said('Error', of('write EPIPE')),
  axios: said('AxiosError', t`Request failed with status code ${uneven('500', '404', '502', '401', '429')}`),
  axiosSlow: said('AxiosError', t`timeout of ${words('5000 10000 30000')}ms exceeded`),
  fetch: said('TypeError', of('fetch failed')),
  aborted: said('AbortError', of('This operation was aborted')),
  json: said(
    'SyntaxError',
    t`Unexpected token '${words('< o u I')}', "${words('<!DOCTYPE <html> undefined Internal')}"... is not valid JSON`,
  ),
  jsonEnd: said('SyntaxError', of('Unexpected end of JSON input')),
  undef: said(
    'TypeError',
    t`Cannot read properties of ${uneven('undefined', 'null')} (reading '${words('id length status map name items')}')`,
  ),
  noFunction: said('TypeError', t`${words('client session this.store row')}.${words('close toISOString flush map')} is not a function`),
  noFile: said('Error', t`ENOENT: no such file or directory, open '/data/${coined}/${coined}.${words('json xml pdf')}'`),
  noSpace: said('Error', of('ENOSPC: no space left on device, write')),
  denied: said('Error', t`EACCES: permission denied, mkdir '/data/${coined}'`),
  tls: said(
    'Error',
    uneven('certificate has expired', 'unable to verify the first certificate', 'self-signed certificate in certificate chain'),
  ),
  pgUnique: said(
    'error',
    t`duplicate key value violates unique constraint "${words('orders bids readers sessions')}_${words('pkey ref_key email_key')}"`,
  ),
  pgGone: said('Error', of('Connection terminated unexpectedly')),
  pgFull: said('error', of('sorry, too many clients already')),
  pgDeadlock: said('error', of('deadlock detected')),
  pgTimeout: said('error', of('canceling statement due to statement timeout')),
  mongoUnique: said(
    'MongoServerError',
    t`E11000 duplicate key error collection: ${coined}.${words('jobs notices users')} index: ${words('_id_ ref_1 email_1')} dup key: { ref: "${passing(nano(8))}" }`,
  ),
  mongoSelect: said('MongoServerSelectionError', t`connect ECONNREFUSED ${tailed(3, ip)}:27017`),
  redisRetries: said(
    'MaxRetriesPerRequestError',
    of('Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.'),
  ),
  redisClosed: said('Error', of('Connection is closed.')),
  redisReadonly: said('ReplyError', of("READONLY You can't write against a read only replica.")),
  awsThrottled: said('ThrottlingException', of('Rate exceeded')),
  awsDenied: said('AccessDenied', of('Access Denied')),
  awsNoKey: said('NoSuchKey', of('The specified key does not exist.')),
  awsRole: said(
    'AccessDeniedException',
    t`User: arn:aws:sts::${tailed(2, digits(12))}:assumed-role/${tailed(4, coined)}/${passing(hex(16))} is not authorized to perform: ${words('s3:PutObject sqs:SendMessage dynamodb:Query')}`,
  ),
  awsConditional: said('ConditionalCheckFailedException', of('The conditional request failed')),
  smtp: said('Error', t`Invalid login: 535 5.7.8 Error: authentication failed: ${nano(12)}`),
  smtpBox: said(
    'Error',
    t`Can't send mail - all recipients were rejected: 550 5.1.1 <${coined}@${coined}.example>: Recipient address rejected`,
  ),
  required: said('ValidationError', t`"${words('zone size bid lot locale plate tariff')}" is required`),
  invalid: said(
    'ValidationError',
    t`"${words('amount count from until')}" must be ${uneven('a number', 'a valid date', 'greater than or equal to 0')}`,
  ),
  navigation: said('TimeoutError', of('Navigation timeout of 30000 ms exceeded')),
  detached: said('Error', t`Protocol error (${words('Page.navigate Runtime.callFunctionOn')}): Target closed`),
  socketState: said('Error', t`WebSocket is not open: readyState ${words('2 3')} (${words('CLOSING CLOSED')})`),
  lockLost: said('Error', t`Missing lock for job ${passing(whole(1, 90_000))}. moveToFinished`),
  serial: said('Error', of('Port Opening: Resource temporarily unavailable Cannot lock port')),
  modbus: said('TransactionTimedOutError', of('Timed out')),
  exited: said(
    'Error',
    t`Command failed with exit code ${uneven('1', '2', '137', '126')}: ${words('convert soffice gs')} ${t`/tmp/${nano(8)}`}`,
  ),
};

function erring(errors, isThrown) {
  const makers = errors.split(' ').map((name) => E[name]);
  const orders = new Map();
  const rank = uneven(...makers.keys());
  return (r) => {
    const key = `${r.seed} ${r.statement}`;
    if (!orders.has(key)) {
      const random = seededRandom(seedOf(r.seed, `errors of ${r.statement}`));
      orders.set(
        key,
        makers
          .map((maker) => ({ maker, at: random.uniform() }))
          .sort((a, b) => a.at - b.at)
          .map(({ maker }) => maker),
      );
    }
    const { name, message } = orders.get(key)[rank(r)](r);
    return isThrown ? `${name}: ${message}` : message;
  };
}

export const amount = t`${whole(1, 4000)}.${digits(2)}`;
export const plate = tailed(1500, t`${words('B M HH KA F')}-${from('ABCDEFGHJKLMNPRSTUVWXYZ', 2)} ${whole(1, 9999)}`, 0.7);
const title = tailed(
  900,
  many(words('The A of and Night River House Letters Winter Short History Garden Silent Atlas Road Lost'), 2, 6, ' '),
);
const branch = tailed(9, Coined);
const house = tailed(7, t`${words('North South Old New')} ${words('House Tunnel Dome')} ${whole(1, 4)}`);
const station = tailed(140, t`${words('DE AT NL')}*${from('ABCDEFGHKLMNPRSTUVWX', 3)}*E${digits(5)}`);
const documentName = tailed(
  800,
  t`${coined}${words('_ - .')}${words('v2 final draft signed annex_1 notice')}.${words('pdf docx xlsx xml')}`,
  0.8,
);

export const PROGRAM_VALUES = {
  greenhouse: {
    errors: 'timedOut refused modbus hangUp serial fetch jsonEnd undef axios',
    unit: tailed(5, t`${words('vent lamp dose fog')}-${digits(1)}`),
    setpoint: json((r) => ({
      temp: number(decimal(14, 28, 1))(r),
      rh: number(whole(40, 90))(r),
      ...(r.uniform() < 0.3 && { co2: number(whole(400, 1000))(r) }),
    })),
    zone: tailed(14, t`z${digits(2)}`),
    recipe: tailed(20, hex(8)),
    source: uneven('schedule', 'grower', 'portal', 'fallback'),
    house,
    plan: json((r) => ({ id: hex(8)(r), from: iso(r), curve: Array.from({ length: 1 + below(r, 4) }, () => below(r, 30)) })),
    reading: dumped((r) => ({ probe: `p${digits(2)(r)}`, value: number(decimal(0, 90, 2))(r), at: iso(r) })),
    bus: words('/dev/ttyUSB0 /dev/ttyUSB1 /dev/ttyAMA0'),
    lamp: uneven('off', 'on', 'dimmed'),
    circuit: words('L1 L2 L3'),
    lampGroup: tailed(8, t`${words('row bench')}-${digits(1)}`),
    command: passing(uuid),
    tray: tailed(400, t`T${digits(5)}`, 0.6),
    batch: tailed(60, whole(1000, 9000)),
    crop: uneven('basil', 'lettuce', 'cherry tomato', 'mint', "lamb's lettuce"),
    route: t`/api/v1/${words('readings plans houses')}${maybe(0.4, t`/${digits(3)}`)}`,
    valve: tailed(30, t`V${digits(2)}`),
    'other:reading': decimal(0, 900, 1),
    topic: tailed(24, t`gh/${coined}/${words('temp rh co2 lux')}`),
    payload: either(
      decimal(0, 90, 2),
      json((r) => ({ v: number(decimal(0, 90, 2))(r) })),
      of('online'),
    ),
  },
  printlab: {
    errors: 'awsNoKey awsDenied exited axios hangUp noSpace awsThrottled pgUnique required awsRole',
    order: passing(uuid),
    printSize: uneven('10x15', '13x18', '20x30', '9x13', '40x60 canvas'),
    press: tailed(5, t`${words('noritsu fuji epson')}-${digits(1)}`),
    spool: uneven('missing', 'full', 'locked', 'read-only'),
    density: decimal(0, 2.4, 2),
    job: passing(whole(100_000, 999_999)),
    channel: uneven('no consent', 'disabled', 'opted out'),
    image: dumped((r) => ({
      width: number(whole(600, 8000))(r),
      height: number(whole(600, 8000))(r),
      format: r.pick(['jpeg', 'jpeg', 'heif', 'png']),
      ...(r.uniform() < 0.4 && { space: 'srgb', hasProfile: r.uniform() < 0.5, density: 300 }),
    })),
    paper: uneven('lustre', 'glossy', 'matte 240', 'fine art'),
    model: words('D7 D8 D1005'),
    customer: tailed(500, person, 0.7),
    bucket: words('lab-originals lab-originals-eu lab-archive'),
    region: t`${whole(1, 4000)},${whole(1, 4000)}`,
    parcel: passing(t`00340${digits(15)}`),
    amount,
    voucher: dumped((r) => ({ code: from('ABCDEFGHKLMNPRST23456789', 8)(r), left: 0 })),
    version: t`4.${whole(1, 12)}.${digits(1)}`,
    node: words('20.20.0 20.18.1'),
    site: words('lab-east lab-west'),
    comment: either(
      of('ok', 'looks good', 'a bit dark', 'fine'),
      many(words('please a little warmer and crop less sky thank you very nice skin tone'), 2, 9, ' '),
    ),
    'state:press': uneven('idle', 'warming up', 'printing', 'stopped'),
    'text:press': either(of('OK', 'W-103 low cyan', 'READY', 'E-22 paper path'), t`job ${whole(100_000, 999_999)} done`),
  },
  auction: {
    errors: 'socketState pgDeadlock pgUnique axios redisClosed hangUp undef redisRetries invalid tls',
    'object:lot': json((r) => ({
      no: number(whole(1, 900))(r),
      est: [number(whole(100, 900))(r), number(whole(900, 5000))(r)],
      ...(r.uniform() < 0.3 && { note: 'sold as seen' }),
    })),
    'id:lot': tailed(240, whole(1, 900)),
    'state:lot': uneven('SOLD', 'PASSED', 'ON HOLD', 'OPEN'),
    amount,
    paddle: tailed(300, digits(3), 0.8),
    room: tailed(4, t`room-${coined}`),
    'object:room': json((r) => ({ room: `room-${coined(r)}`, seats: below(r, 300) })),
    'id:bid': passing(ulid),
    'object:bid': json((r) => ({ bid: ulid(r), paddle: digits(3)(r), amount: number(whole(10, 9000))(r) })),
    'object:sale': dumped((r) => ({
      increments: Array.from({ length: 2 + below(r, 8) }, () => 10 * below(r, 900)),
      currency: r.pick(['EUR', 'GBP']),
    })),
    sale: tailed(6, t`${words('Old Modern Asian')} ${words('Masters Prints Ceramics Watches')}`),
    page: t`/catalogue/${tailed(6, coined)}/${whole(1, 60)}`,
    charge: dumped((r) => ({
      id: `ch_${nano(16)(r)}`,
      amount: number(whole(1000, 900_000))(r),
      ...(r.uniform() < 0.3 && { decline: r.pick(['card_declined', 'expired_card']) }),
    })),
    hammer: uneven('reserve', 'estimate', 'opening bid'),
    socket: passing(nano(20)),
    image: t`/lots/${tailed(240, whole(1, 900))}/${digits(1)}.webp`,
    premium: words('25% 22% 18%'),
    lotTitle: tailed(200, many(words('A pair of silver large Ming vase portrait landscape with figures after brass clock'), 2, 7, ' ')),
    currency: uneven('EUR', 'GBP', 'USD', 'CHF'),
    transfer: t`/v3/transfers/${passing(nano(12))}`,
    bank: either(of('Account closed', 'Beneficiary name mismatch', 'Limit of the day reached'), t`code ${whole(100, 999)}`),
  },
  tenders: {
    errors: 'navigation detached axios tls notFound axiosSlow json mongoUnique smtpBox mongoSelect reset',
    banner: either(of('    |____|', ' ___ ', '|  _|'), of('--')),
    portal: tailed(60, t`${coined}-${words('eprocure vergabe marches tender')}`),
    visit: passing(hex(24)),
    document: documentName,
    totals: dumped((r) => ({ pages: number(whole(1, 900))(r), notices: number(whole(1, 300))(r), failed: below(r, 4) })),
    notice: passing(t`2026/S ${digits(3)}-${digits(6)}`),
    category: tailed(80, many(words('road works school catering software cleaning IT services winter'), 1, 3, ' ')),
    filters: maybe(0.5, t` only ${words('works goods services')}${maybe(0.4, t` above ${whole(1000, 90_000)}`)}`),
    rawDate: either(t`${digits(2)}.${digits(2)}.26`, of('asap', 'see annex', ''), date),
    channel: uneven('daily', 'weekly', 'instant'),
    categories: many(words('IT works catering cleaning transport energy'), 1, 5, ', '),
    chrome: words('131.0.6778.85 132.0.6834.57'),
    account: tailed(6, t`${coined}@${coined}.example`),
    refusal: either(of('Password expired', 'Too many attempts', 'Maintenance until 06:00'), t`Session ${hex(8)} unknown`),
    buyer: tailed(300, digits(7)),
    parser: uneven('html', 'oasis', 'pdf text'),
    crash: either(
      of('Page crashed!', 'Target closed', 'net::ERR_ABORTED'),
      t`net::ERR_CONNECTION_TIMED_OUT at https://${coined}.example/notice/${digits(5)}`,
    ),
    'path:notice': t`/${words('notice tender detail')}/${digits(6)}`,
  },
  parking: {
    errors: 'serial refused timedOut undef noFile jsonEnd axiosSlow hangUp pgGone invalid',
    config: t`/etc/garage/${words('lanes gates tariffs')}.${words('json yaml')}`,
    'name:lane': tailed(8, t`${words('in out')}-${digits(1)}`),
    'state:lane': uneven('blocked', 'closed', 'open'),
    plate,
    display: either(of('Welcome', 'Please take ticket', 'Full', 'Bon voyage'), t`Pay ${amount} EUR`),
    message: json((r) => ({ row: below(r, 2), ttl: number(whole(1, 60))(r) })),
    'name:garage': tailed(6, t`${Coined} ${words('Platz Mall Station')}`),
    'id:season': tailed(500, t`ST${digits(6)}`, 0.6),
    'other:season': uneven('summer', 'weekend', 'market day'),
    receipt: json((r) => ({ ok: true, trace: digits(6)(r), card: r.pick(['girocard', 'VISA', 'Mastercard']) })),
    terminal: either(of('ZVT 6C', 'no paper', 'CARD REMOVED', 'HOST UNREACHABLE'), t`error ${hex(2)}`),
    tariff: tailed(8, t`${words('day night resident staff')}-${whole(2024, 2026)}`),
    row: whole(1, 40),
    command: dumped((r) => ({ gate: below(r, 6), action: 'raise', ...(r.uniform() < 0.5 && { retry: below(r, 4) }) })),
    'id:ticket': passing(digits(10)),
    'object:ticket': json((r) => ({ id: digits(10)(r), lane: `in-${below(r, 4)}`, ...(r.uniform() < 0.3 && { paid: amount(r) }) })),
    'state:garage': uneven('open', 'full', 'almost full', 'closed'),
    motion: uneven('normal', 'slow', 'aborted'),
    seconds: maybe(0.4, t` for ${whole(2, 90)}s`),
    plates: many(plate, 1, 4, ', '),
    amount,
    image: t`/var/images/${date}/${hex(10)}.jpg`,
  },
  translations: {
    errors: 'exited lockLost redisRetries axios noFile json undef axiosSlow redisReadonly required',
    term: tailed(300, many(words('torque valve warranty shaft safety seal of liability gasket'), 1, 3, ' ')),
    locale: uneven('fr-CH', 'de-AT', 'pt', 'nn-NO', 'zh'),
    reviewer: tailed(60, person),
    job: passing(whole(1000, 99_999)),
    placeholder: words('{0} %s {{name}} <b> %d'),
    document: documentName,
    'state:check': uneven('ok', 'skipped', 'warnings', 'failed'),
    format: uneven('docx', 'idml', 'xliff 1.2', 'po'),
    'text:check': either(of('number mismatch', 'missing full stop'), t`tag <${digits(1)}> not closed`),
    'id:segment': passing(t`s${whole(1, 90_000)}`),
    'text:segment': many(words('the pump must be switched off before opening the cover and check oil level daily'), 2, 14, ' '),
    'object:segment': dumped((r) => ({
      id: below(r, 90_000),
      source: many(words('open valve close the lid'), 1, 6, ' ')(r),
      target: null,
    })),
    'text:engine': either(of('input truncated', 'low confidence'), t`unknown token at ${whole(1, 400)}`),
    'name:engine': uneven('deepmt', 'opus', 'inhouse-3'),
    chunk: whole(500, 8000),
    severity: uneven('minor', 'major', 'critical'),
    customer: tailed(200, t`${Coined} ${words('AG Ltd SA Oy')}`),
    'state:memory': uneven('read-write', 'read-only', 'off'),
    'name:memory': tailed(80, t`${coined}-${words('legal tech ui')}`),
    hint: maybe(0.4, of('(is the proxy on)', '(region blocked)')),
    amount: t`${amount} EUR`,
    'id:project': passing(digits(5)),
    'other:project': tailed(300, many(words('manual update spring user guide app strings contract website'), 1, 4, ' ')),
    plan: uneven('basic', 'team', 'enterprise'),
    month: words('January March June September December'),
    worker: t`${tailed(6, hex(12))}:${whole(10, 90)}`,
    language: uneven('auto', 'pt-PT', 'sr-Latn', 'tl'),
    extension: words('.key .pages .indd .psd'),
  },
  library: {
    errors: 'pgDeadlock pgTimeout refused axios json undef pgFull hangUp noFile smtp smtpBox',
    patron: dumped((r) => ({
      card: digits(8)(r),
      home: Coined(r),
      ...(r.uniform() < 0.4 && { blocked: r.uniform() < 0.5, until: date(r) }),
    })),
    export: t`/exports/${date}-${words('holdings patrons authorities')}.${words('mrc csv')}`,
    branch,
    fine: t`${whole(1, 40)}.${digits(1)}0`,
    barcode: passing(t`3${digits(13)}`),
    'name:reader': tailed(900, person, 0.7),
    'id:reader': tailed(900, digits(8), 0.7),
    loan: passing(whole(100_000, 999_999)),
    title,
    'id:title': passing(whole(10_000, 99_999)),
    shelf: json((r) => ({ row: below(r, 40), free: below(r, 90) })),
    terminal: tailed(9, t`sc-${digits(2)}`),
    damage: uneven('water', 'torn page', 'cover', 'missing pages'),
    mail: either(of('mailbox full', 'no address on file', 'greylisted'), t`queued as ${from('0123456789ABCDEF', 10)}`),
    printer: words('zebra-1 zebra-2 dymo'),
    tray: uneven('A4', 'labels', 'empty'),
    seats: dumped((r) => ({ room: below(r, 4), seats: Array.from({ length: 1 + below(r, 9) }, () => below(r, 120)) })),
    'id:copy': passing(digits(9)),
    'state:copy': uneven('on loan', 'on shelf', 'in transit', 'lost', 'withdrawn'),
    'object:copy': dumped((r) => ({ copy: digits(9)(r), branch: Coined(r) })),
    author: t`gnd:${digits(9)}`,
    notice: dumped((r) => ({ kind: r.pick(['email', 'letter']), step: 1 + below(r, 3) })),
    branchName: branch,
    mirror: maybe(0.4, t` ${words('covers-2 covers-eu')}`),
  },
  charging: {
    errors: 'socketState hangUp axios pgTimeout tls invalid timedOut awsThrottled awsConditional undef',
    'text:frame': either(
      json((r) => [3, hex(8)(r)]),
      of('ping', '[4]'),
      hex(14),
    ),
    'object:frame': json((r) => [2, hex(8)(r), r.pick(['Reset', 'TriggerMessage', 'GetConfiguration']), {}]),
    'other:tariff': uneven('flat 0.39', 'night', 'spot + 12%', 'staff', 'roaming A'),
    'name:tariff': tailed(20, t`${words('home fleet public')}-${whole(1, 40)}`),
    'state:connector': uneven('Available', 'Charging', 'Preparing', 'Finishing', 'SuspendedEV', 'Faulted', 'Unavailable'),
    'other:connector': uneven('1', '2', '3 (CHAdeMO)'),
    reply: json((r) => ({ status: r.uniform() < 0.8 ? 'Accepted' : 'Rejected', ...(r.uniform() < 0.3 && { reasonCode: 'Busy' }) })),
    station,
    'id:session': passing(uuid),
    'object:session': dumped((r) => ({
      id: uuid(r),
      kwh: number(decimal(0, 80, 2))(r),
      ...(r.uniform() < 0.4 && { stopped: r.pick(['Local', 'Remote', 'EVDisconnected']) }),
    })),
    card: tailed(400, from('0123456789ABCDEF', 14), 0.7),
    report: t`/reports/${date}/${hex(8)}.${words('pdf csv')}`,
    prices: t`/var/spot/${date}.json`,
    meter: json((r) => ({
      transactionId: number(whole(1000, 99_999))(r),
      wh: number(whole(10, 90_000))(r),
      ...(r.uniform() < 0.4 && { soc: below(r, 100) }),
    })),
    fault: uneven('GroundFailure', 'OverVoltage', 'ConnectorLockFailure', 'ReaderFailure'),
    reason: either(of('NotSupported', 'profile stack full', 'Unknown charging profile'), t`limit ${whole(6, 32)}A below minimum`),
    tag: tailed(400, from('0123456789ABCDEF', 8), 0.7),
    'other:network': uneven('hubject', 'gireve', 'ownnet'),
    'optional:network': maybe(0.4, of('[roaming] ')),
    since: maybe(0.5, t` since ${iso}`),
    upload: uneven('Uploading', 'UploadFailed', 'Idle'),
    plan: uneven('Ad hoc', 'Home', 'Fleet S', 'Fleet L'),
    group: tailed(20, hex(6)),
    hub: either(of('CDR batch', 'Token list', 'Location update'), t`Session ${uuid}`),
    profile: uneven('TxDefault', 'TxProfile', 'ChargePointMax'),
  },
};
