/** What stands at the places of the statements of `wild-services.mjs`. */
import { inspect } from 'node:util';

/** @param make  the makers of values that `printed-services.mjs` has */
export function wildValues({ hex, int, of, words, many, capital, coined }) {
  const two = (value) => String(value).padStart(2, '0');
  const below = (r, most) => Math.floor(r.uniform() * most);
  const letters = (alphabet, length) => (r) => Array.from({ length }, () => alphabet[below(r, alphabet.length)]).join('');
  const upper = (length) => letters('ABCDEFGHJKLMNPQRSTUVWXYZ', length);
  const base62 = (length) => letters('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', length);
  const maybe = (share, value) => (r) => (r.uniform() < share ? value(r) : '');
  /** A text with makers of values in it, as a maker. */
  const t =
    (parts, ...makers) =>
    (r) =>
      parts.map((part, at) => (at === 0 ? part : makers[at - 1](r) + part)).join('');
  const n = int(60_000);
  const few = int(9);
  const digits = (length) => (r) => two(below(r, 10 ** length)).padStart(length, '0');
  const decimal = (low, high, places) => (r) => r.between(low, high).toFixed(places);
  const clock = (r) => `${two(below(r, 24))}:${two(below(r, 60))}`;
  const first = words('Amelia Bruno Chiara Dev Elif Farid Greta Hugo Ines Jamal Katya Leo Mei Nadia Oscar Pia Quentin Rosa Sven Tara');
  const last = of('Nowak', "O'Brien", 'van Dijk', 'García', 'Schmidt', 'Rossi', 'Andersson', 'Kim', 'Silva', 'Novák', 'Ali', 'Weber');
  const thing = words('invoice product customer address payment session review category shipment discount ticket comment');
  const price = (r) => (r.uniform() < 0.5 ? r.between(0.01, 3).toFixed(4) : r.between(100, 60_000).toFixed(2));
  const domain = t`${coined}.${words('com net io co.uk de shop')}`;
  const localUrl = t`http://${words('localhost 127.0.0.1 [::1]')}:${int(9000)}`;
  const human = of('a few seconds', '1 minute', '2 minutes', 'an hour', '3 hours', '14 days', '7 days', '1h 4m', '35s', '2m 11s');
  const route = (r) => `/${many(thing, 1, 2, 's/')(r)}s${r.uniform() < 0.5 ? '/:id' : ''}`;
  const slug = many(words('blue summer dress leather boots linen shirt wool scarf classic watch kids sale'), 1, 4, '-');
  const pagePath = (r) => of('/', `/${thing(r)}s`, `/${thing(r)}s/[id]`, `/blog/${slug(r)}`, `/account/${thing(r)}s`, '/_not-found')(r);
  const netCode = words('ECONNRESET ECONNREFUSED ETIMEDOUT EPIPE ENOTFOUND EAI_AGAIN');
  const jsonError = of(
    'Unexpected token u in JSON at position 0',
    'Unexpected end of JSON input',
    "Expected property name or '}' in JSON at position 1",
    'Bad control character in string literal in JSON at position 87',
  );
  const title = many(words('Midnight River Golden Lights Stay Again Paper Hearts Ocean Drive Run Home Without You'), 1, 4);
  const productName = (r) => `${capital(many(words('oak steel mini ultra desk lamp chair bottle charger stand 2-pack'), 1, 4)(r))}`;
  const testTitle = (r) =>
    `${capital(thing(r))}${words('Service Controller Repository')(r)} › ${many(words('creates rejects when the user is missing returns an empty list twice'), 2, 6)(r)}`;
  const dims = t`${int(3000)}x${int(2000)}`;
  const sqlColumn = words('id name email created_at updated_at status total_cents user_id deleted_at locale');
  const model = (r) => capital(thing(r));
  const agent = of(
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)',
    'curl/8.5.0',
    'kube-probe/1.31',
    'ELB-HealthChecker/2.0',
    'python-requests/2.32.3',
    '-',
  );
  const bullJob = words('send-welcome resize generate-pdf syncInventory importCsv purge notify charge');
  const deviceName = of(
    'living_room_lamp',
    'Kitchen motion',
    '0x00158d0004a1b2c3',
    'hallway/door',
    'desk plug',
    'Bedroom blind left',
    'leak_sensor',
  );
  const roomName = of('Kitchen', 'Living room', 'Bathroom', 'Office', 'Bedroom', "Mia's room");
  const kafkaTopic = words('orders.v1 payments user-events inventory_updates dead.letters audit');
  const mongoField = words('email slug externalId sku username phone');
  const mongoColl = words('users orders products carts sessions auditlogs');
  const hostName = (r) =>
    of(
      `ip-10-0-${int(255)(r)}-${int(255)(r)}`,
      `worker-${few(r)}`,
      `${coined(r)}.internal`,
      `api-${hex(9)(r)}-${base62(5)(r).toLowerCase()}`,
    )(r);
  const hhmmss = (r) => `${clock(r)}:${two(below(r, 60))}`;
  const snake = words('get_weather search_orders create_ticket lookup_customer send_mail calculate');
  const searchTerms = many(words('red running shoes size 42 usb c cable gift for dad winter coat xl'), 1, 5);
  const dayText = t`2026-${words('01 02 03 09 10 11 12')}-${words('01 05 09 14 21 28')}`;
  const mail = t`${coined}${maybe(0.4, t`.${coined}`)}@${domain}`;
  const exchange = words('binance kraken coinbase bitstamp');
  const symbol = words('BTCUSDT ETHUSDT SOL-USD XRP/EUR ADAUSDT DOGE-USD BTC-PERP');
  const stackName = words('ApiStack ShopDataStack dev-network prod-observability PipelineStack');
  const carrierName = of('DHL Express', 'UPS', 'PostNord', 'La Poste', 'Royal Mail', 'GLS');
  const shipState = words('in_transit out_for_delivery delivered label_created exception available_for_pickup');
  const depotName = of('North Yard', 'Dock 4', 'Hafen', 'Lille-Est', 'Central');
  const personEs = of('Lucía Pérez', 'Juan García Romero', 'María del Carmen Ruiz', 'Íñigo Ortiz', 'Ana Belén', 'Pedro');
  const dbName = words('shop crm analytics wiki auth_db legacy');
  return {
    // Frameworks and servers
    nestRoute: (r) => `/api${route(r)}`,
    nestModule: words('Users Orders Auth Billing Catalog Notifications Health Uploads TypeOrm Config'),
    nestPath: t`api/${thing}s`,
    pgError: of(
      'duplicate key value violates unique constraint "UQ_97672ac88f789774dd47f7c8be3"',
      'invalid input syntax for type uuid: "undefined"',
      'null value in column "name" of relation "users" violates not-null constraint',
      'Connection terminated unexpectedly',
      'deadlock detected',
      'canceling statement due to statement timeout',
    ),
    localUrl,
    netCode,
    cacheKey: t`${thing}:${hex(6)}${maybe(0.5, t`:${words('summary full v2 count')}`)}`,
    mail,
    webhookKind: words('github.push stripe.invoice.paid slack.event shopify/orders/create'),
    cronName: words('nightly-report syncPrices cleanup:sessions digest warmCache'),
    took: (r) => of(`${int(900)(r)}ms`, `${r.between(1, 9).toFixed(2)}s`, `${int(900)(r)} ms`)(r),
    expressUrl: (r) =>
      `/${many(words('api v2 users orders search static health img admin'), 1, 3, '/')(r)}${of('', `/${n(r)}`, `?page=${few(r)}&q=${coined(r)}`, `/${hex(24)(r)}`)(r)}`,
    bodySize: (r) => of('-', String(n(r)))(r),
    remote: (r) => of('::1', `::ffff:10.0.${int(255)(r)}.${int(255)(r)}`, `203.0.113.${int(255)(r)}`)(r),
    maybeUser: of('-', '-', 'admin', 'greta'),
    clf: (r) => `${two(1 + below(r, 28))}/Nov/2026:${hhmmss(r)} +0000`,
    referrer: of('-', 'https://www.example.com/', 'https://shop.example.com/cart?step=2'),
    browser: agent,
    view: t`${thing}s/${words('index show edit')}`,
    mimeType: words('image/png application/pdf text/csv image/jpeg'),
    formField: words('avatar file photos[] document'),
    trust: words('loopback 1 true uniquelocal'),
    verbValue: words('GET POST PUT'),
    // SQL
    sqlTable: (r) => `${capital(thing(r))}s`,
    sqlModel: model,
    sqlColumn,
    sqlColumns: many((r) => `"${sqlColumn(r)}"`, 2, 8, ', '),
    sqlBinds: (r) => Array.from({ length: 2 + below(r, 6) }, (_, at) => `$${at + 1}`).join(','),
    sqlSets: (r) => Array.from({ length: 1 + below(r, 4) }, (_, at) => `"${sqlColumn(r)}"=$${at + 1}`).join(','),
    migration: (r) =>
      `2026${two(1 + below(r, 12))}${two(1 + below(r, 28))}${digits(6)(r)}-${words('add create drop alter')(r)}-${thing(r)}-${sqlColumn(r)}`,
    // Kafka
    kafkaConn: of(
      'connect ECONNREFUSED 10.0.3.7:9092',
      'Client network socket disconnected before secure TLS connection was established',
      'getaddrinfo ENOTFOUND broker-2',
      'read ECONNRESET',
    ),
    kafkaApi: words('Metadata Fetch JoinGroup Heartbeat OffsetCommit Produce'),
    kafkaCrash: of(
      'KafkaJSNumberOfRetriesExceeded: Broker not connected',
      'KafkaJSProtocolError: The coordinator is not aware of this member',
      'KafkaJSConnectionError: Connection timeout',
      "TypeError: Cannot read properties of null (reading 'toString')",
    ),
    kafkaFail: of(
      'This server is not the leader for that topic-partition',
      'The request included a message larger than the max message size the server will accept',
      'Request timed out',
    ),
    kafkaTopic,
    kafkaTopics: many(kafkaTopic, 1, 3, ', '),
    kafkaKey: (r) => of(`user-${n(r)}`, 'null', hex(24)(r))(r),
    epoch: (r) => `17951608${digits(5)(r)}`,
    lagTime: human,
    jsonError,
    // Node and npm
    pid: int(40_000),
    depCode: words('DEP0005 DEP0018 DEP0040 DEP0066 DEP0111 DEP0123 DEP0190'),
    depText: of(
      'Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), Buffer.allocUnsafe(), or Buffer.from() methods instead.',
      'The `punycode` module is deprecated. Please use a userland alternative instead.',
      'OutgoingMessage.prototype._headers is deprecated',
      'Setting the TLS ServerName to an IP address is not permitted by RFC 6066. This will be ignored in a future version.',
      "Access to process.binding('http_parser') is deprecated.",
      'Passing args to a child process with shell option true can lead to security vulnerabilities, as the arguments are not escaped, only concatenated.',
    ),
    emitted: words('error close drain finish end'),
    emitter: words('Socket EventTarget ReadStream Redis AbortSignal TLSSocket'),
    experimental: of('The Fetch API', 'buffer.File', 'VM Modules', 'Importing JSON modules', 'stream/web', 'SQLite'),
    thrown: of(
      'Error: connect ECONNREFUSED 127.0.0.1:6379',
      "TypeError: Cannot read properties of undefined (reading 'id')",
      'Error: timeout of 5000ms exceeded',
      '#<Object>',
      'AbortError: The operation was aborted',
      'ReferenceError: foo is not defined',
    ),
    pkg: (r) => of(`${coined(r)}`, `@${coined(r)}/${coined(r)}`, `${coined(r)}-${words('loader plugin utils core')(r)}`)(r),
    version: t`${few}.${int(30)}.${int(30)}`,
    pkgNote: of(
      'This package is no longer supported.',
      'Rimraf versions prior to v4 are no longer supported',
      'this library is no longer supported',
      'Please upgrade to version 7 or higher.',
      'critical security vulnerability fixed in v3.2.1',
    ),
    semverPart: words('major minor patch'),
    component: t`${model}${words('List Card Form Row')}`,
    mongoOp: words('count ensureIndex findAndModify countDocuments createIndex findOneAndUpdate insert'),
    // GraphQL
    gqlKind: words('query mutation'),
    gqlName: t`${words('Get List Update Create My Search')}${model}${maybe(0.3, of('s', 'ById', 'Page'))}`,
    gqlType: model,
    gqlField: sqlColumn,
    gqlError: of(
      'Not authorised',
      'Variable "$id" of required type "ID!" was not provided.',
      'Cannot return null for non-nullable field User.email.',
      'Context creation failed: jwt expired',
      'Internal server error',
    ),
    gqlPath: (r) => `${thing(r)}s${r.uniform() < 0.5 ? `,${few(r)},${sqlColumn(r)}` : ''}`,
    gqlService: words('accounts catalog reviews inventory'),
    gqlValue: (r) => of('"abc"', 'null', `${n(r)}`, '{ id: "12" }', '[]')(r),
    gitSha: hex(40),
    sockId2: base62(20),
    schemaDelta: maybe(0.4, t`, ${few} removed`),
    hitOrMiss: words('HIT MISS BYPASS'),
    // Queues
    bullQueue: words('mail images pdf-export {imports}'),
    bullJob,
    bullResult: (r) => of('undefined', inspect({ ok: true, ms: Number(n(r)) }), 'null', `"${coined(r)}"`, String(n(r)))(r),
    bullFail: of(
      'Error: timeout',
      'job stalled more than allowable limit',
      'SMTP 421',
      "Cannot read properties of undefined (reading 'to')",
      'ENOSPC: no space left on device, write',
      'Request failed with status code 429',
    ),
    retention: human,
    clock2: clock,
    redisError: of(
      'connect ECONNREFUSED 127.0.0.1:6379',
      "READONLY You can't write against a read only replica.",
      'Connection is closed.',
      'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20)',
      'NOAUTH Authentication required.',
    ),
    hostName,
    // Pages
    webUrl: t`https://${domain}/${many(coined, 1, 3, '/')}`,
    statusText: of('Not Found', 'Forbidden', 'Too Many Requests', 'Internal Server Error', 'OK', 'Bad Gateway'),
    webDomain: domain,
    css: of('.price > span', '#product-title', 'div.card:nth-child(3) a', 'button[type="submit"]', 'main article h1'),
    productName,
    priceTag: (r) =>
      of(
        `$${r.between(1, 900).toFixed(2)}`,
        `${r.between(1, 900).toFixed(2).replace('.', ',')} €`,
        `€${int(900)(r)}`,
        `1,${digits(3)(r)}.00 USD`,
      )(r),
    chromeNet: words('ERR_NAME_NOT_RESOLVED ERR_CONNECTION_RESET ERR_CERT_DATE_INVALID ERR_ABORTED'),
    // A bot
    botTag: (r) => `${capital(coined(r))}Bot#${digits(4)(r)}`,
    discordUser: (r) =>
      of(`${coined(r)}#${digits(4)(r)}`, coined(r), `${coined(r)}_${coined(r)}`, `${first(r)} 🌸`, `@${coined(r)}${few(r)}`)(r),
    slash: words('play skip queue ban warn help poll stats roll'),
    discordChannel: words('general music bot-commands memes off-topic 💬chat'),
    discordPermission: words('SEND_MESSAGES MANAGE_ROLES CONNECT EMBED_LINKS'),
    guildName: (r) =>
      of(`${capital(coined(r))}'s server`, `${capital(coined(r))} Gaming`, capital(coined(r)), `The ${capital(coined(r))} Club`)(r),
    snowflake2: digits(18),
    songTitle: t`${title} - ${title}`,
    mmss2: (r) => `${below(r, 9)}:${two(below(r, 60))}`,
    discordError: of('Missing Access', 'Unknown interaction', 'Unknown Message', 'Cannot send messages to this user', 'Invalid Form Body'),
    shardState: of('ready', 'reconnecting', 'resumed 12 events', 'disconnected (code 1006)'),
    offence: of('spamming', 'bad language', 'posting invite links', 'being rude in #general', 'no reason given', 'caps'),
    humanTime: human,
    discordRoute: t`/channels/${digits(18)}/messages`,
    // Money
    stripeEvent: words('invoice.paid customer.subscription.updated charge.refunded payment_intent.succeeded checkout.session.completed'),
    stripeId: t`${words('evt in sub pi du ch')}_${base62(24)}`,
    declineText: of(
      'Your card was declined.',
      'Your card has insufficient funds.',
      'Your card has expired.',
      "Your card's security code is incorrect.",
    ),
    subState: words('past_due active canceled unpaid trialing'),
    dayText,
    invoiceNo: t`${upper(8)}-${digits(4)}`,
    payMethod: of('card', 'bank transfer', 'SEPA direct debit', 'PayPal', 'Klarna'),
    disputeReason: words('fraudulent product_not_received duplicate subscription_canceled'),
    bankName: of('Deutsche Bank', 'ING', 'Wells Fargo', 'BBVA'),
    fourDigits: digits(4),
    countryName: of('Germany', 'United Kingdom', 'Côte d’Ivoire', 'France', 'New Zealand', 'Spain', 'Korea, Republic of'),
    couponName: words('WELCOME10 freeship BLACK-FRIDAY mum2026'),
    paypalId: letters('ABCDEFGHJKLMNPQRSTUVWXYZ0123456789', 17),
    paypalState: of('approved', 'voided', 'expired', 'pending review'),
    customerName: t`${first} ${last}`,
    // Markets
    symbol,
    stream: words('trade depth kline_1m bookTicker'),
    exchange,
    closeReason: maybe(0.5, of(', abnormal closure', ', going away', ', no status received')),
    price,
    bps: t`${decimal(0, 20, 1)}bps`,
    side: words('BUY SELL'),
    qty: (r) => r.between(0.001, 20).toFixed(1 + below(r, 4)),
    orderRef: (r) => of(`#${digits(9)(r)}`, `ord_${base62(12)(r)}`, hex(8)(r))(r),
    rejectText: of('insufficient balance', 'MIN_NOTIONAL', 'price outside of band', 'Market is closed.', 'Filter failure: LOT_SIZE'),
    signedMoney: (r) => `${r.uniform() < 0.5 ? '-' : '+'}${price(r)}`,
    interval: words('1m 5m 1h 1d'),
    strategy: words('meanrev breakout grid ema_cross'),
    tradeSignal: words('LONG SHORT FLAT'),
    pctSigned: (r) => `${r.uniform() < 0.5 ? '-' : '+'}${r.between(0, 2).toFixed(2)}%`,
    fiat: words('USD EUR USDT'),
    // Pages that are rendered
    pagePath,
    pageUrl: (r) => `${pagePath(r).replace('[id]', n(r))}${maybe(0.4, t`?${words('ref utm_source page')}=${coined}`)(r)}`,
    reactError: of(
      "TypeError: Cannot read properties of undefined (reading 'map')",
      'Error: Text content does not match server-rendered HTML',
      'ReferenceError: window is not defined',
      'Error: NEXT_NOT_FOUND',
      'Error: fetch failed',
    ),
    cacheState: of('hit', 'skip', 'miss', 'hit, stale'),
    dims2: dims,
    imageFormat: words('webp avif jpeg png heic'),
    experimentName: words('new-checkout pricing_v2 heroCopy'),
    variant: words('control treatment A B'),
    localeCode: words('en de fr-CA pt-BR ja'),
    localeFrom: of('cookie', 'Accept-Language header', 'path', 'default'),
    // MongoDB
    mongoHost: t`${words('cluster0 shard-00-01 mongo')}.${hex(5)}.mongodb.net${maybe(0.5, () => ':27017')}`,
    mongoSelect: of(
      'connect ECONNREFUSED ::1:27017',
      'getaddrinfo ENOTFOUND mongo',
      'Server selection timed out after 30000 ms',
      'bad auth : authentication failed',
    ),
    mongoDb: words('shop test prod'),
    mongoColl,
    mongoField,
    mongoDup: (r) => of(`"${coined(r)}"`, 'null', `"${coined(r)}@${coined(r)}.com"`)(r),
    mongoVerb: words('find findOne updateOne insertOne deleteMany aggregate'),
    mongoFilter: (r) =>
      inspect(r.uniform() < 0.5 ? { _id: hex(24)(r) } : { [mongoField(r)]: coined(r), deleted: false }, { breakLength: Infinity }),
    mongoOpts: of('{}', '{ sort: { createdAt: -1 }, limit: 20 }', '{ projection: { password: 0 } }'),
    junk: (r) => of('undefined', 'new', coined(r), '[object Object]', 'favicon.ico')(r),
    mongoModel: model,
    serverType: words('Unknown RSPrimary RSSecondary RSGhost'),
    mongoAbort: of('WriteConflict', 'Transaction has been aborted', 'NoSuchTransaction', 'session ended'),
    // Backups and files
    dbName,
    pgDump: of(
      'error: connection to server at "10.0.0.4", port 5432 failed: timeout expired',
      'warning: there are circular foreign-key constraints on this table',
      'error: query failed: ERROR: canceling statement due to conflict with recovery',
      'last built-in OID is 16383',
    ),
    s3Bucket: t`${coined}-${words('assets uploads backups')}${maybe(0.5, t`-${words('dev prod eu-west-1')}`)}`,
    s3Key: (r) =>
      `${many(words('2026 11 raw user uploads avatars db daily originals'), 1, 4, '/')(r)}/${of(hex(16)(r), coined(r), `${coined(r)} (${few(r)})`)(r)}.${words('jpg tar.gz png sql.gz')(r)}`,
    etag: t`"${hex(32)}"`,
    dateText: (r) =>
      `${words('Mon Tue Wed Thu Fri Sat Sun')(r)} ${words('Nov Dec Jan')(r)} ${two(1 + below(r, 28))} 2026 ${hhmmss(r)} GMT+0000 (Coordinated Universal Time)`,
    verdict: of('ok', 'OK', 'MISMATCH', 'failed: file not found'),
    skipReason: of('unchanged since last run', 'excluded by pattern', 'disabled', 'database is offline'),
    imageMeta: (r) =>
      inspect(
        { format: words('jpeg png webp')(r), width: Number(n(r)), height: Number(n(r)), ...(r.uniform() < 0.5 && { orientation: 6 }) },
        { breakLength: r.uniform() < 0.5 ? Infinity : 30 },
      ),
    skipImage: of('not an image', 'already processed', 'too small (12x12)', 'folder marker'),
    roleArn: t`arn:aws:sts::${digits(12)}:assumed-role/${coined}-role/${coined}`,
    iamAction: words('s3:PutObject s3:GetObject dynamodb:Query kms:Decrypt sqs:SendMessage'),
    s3Arn: t`arn:aws:s3:::${coined}/${coined}`,
    variantList: many(words('small medium large original square'), 1, 4, ', '),
    memUsage: (r) =>
      inspect(
        { rss: Number(n(r)), heapTotal: Number(n(r)), heapUsed: Number(n(r)), external: Number(n(r)) },
        { breakLength: r.uniform() < 0.5 ? Infinity : 30 },
      ),
    pathList: (r) => JSON.stringify(Array.from({ length: 1 + below(r, 3) }, () => `/img/${coined(r)}/*`)),
    snsTopic: words('image-resized ImageEvents alerts'),
    imageId: (r) => of(`img_${hex(8)(r)}`, hex(24)(r))(r),
    // Processes
    pmApp: words('api web worker-mail cron'),
    pmMode: words('fork cluster'),
    sig: words('SIGTERM SIGINT SIGKILL SIGHUP'),
    sigOrCode: (r) => of('SIGKILL', 'SIGSEGV', `code ${few(r)}`, 'SIGABRT')(r),
    relPath: (r) => `${many(words('src routes models lib config'), 1, 3, '/')(r)}/${coined(r)}.js`,
    // key=value
    customerRef: (r) => of(`u_${base62(8)(r)}`, String(n(r)), mail(r))(r),
    cancelReason: words('customer_request payment_failed out_of_stock fraud'),
    cartOp: words('add remove set clear'),
    skuRef: (r) => `${upper(3)(r)}-${digits(4)(r)}`,
    searchTerms,
    loginReason: words('bad_password locked unknown_user mfa_failed expired'),
    mailTemplate: words('welcome receipt reset-password newsletter'),
    cacheOp: words('hit miss set evict'),
    flagKey: words('new_nav fast-checkout darkMode'),
    gcKind: words('minor major incremental weakcb'),
    priceSource: words('erp csv supplier-api'),
    nodeVersion: words('v20.20.2 v22.11.0 v18.20.4'),
    envName: words('production staging development'),
    // Answers by a model
    llm: words('claude-sonnet gpt-4o mistral-large llama3:8b'),
    finish: words('stop length tool_use content_filter'),
    chatId: t`chat_${base62(10)}`,
    reqId: t`req_${base62(16)}`,
    toolName: snake,
    toolArgs: (r) =>
      JSON.stringify({ [words('city order_id query to')(r)]: coined(r), ...(r.uniform() < 0.4 && { limit: Number(few(r)) }) }),
    toolFail: of('timeout', 'order not found', 'HTTP 500', 'invalid arguments', 'rate limited'),
    docTitle: (r) => of(`${title(r)}`, `${coined(r)}.pdf`, `Handbook ${few(r)}`, `FAQ: ${title(r)}`)(r),
    question: (r) =>
      `${words('how what where can why')(r)} ${many(words('do I get my refund order late change the address invoice cancel'), 2, 7)(r)}${maybe(0.5, () => '?')(r)}`,
    score: decimal(0, 1, 2),
    modVerdict: words('ok flagged'),
    modCategory: words('violence self-harm spam none'),
    rating: of('👍', '👎', '5/5', '1/5'),
    promptName: words('support-agent summarizer router'),
    teamName: of('Growth', 'Core Platform', 'Support EMEA', 'data'),
    // A house
    deviceName,
    zigbeePayload: (r) =>
      JSON.stringify({
        ...(r.uniform() < 0.6 && { state: words('ON OFF')(r) }),
        linkquality: Number(int(255)(r)),
        ...(r.uniform() < 0.5 && { brightness: Number(int(254)(r)), battery: Number(int(100)(r)) }),
      }),
    interview: of('successful', 'failed', 'started'),
    zigbeeFail: of(
      "ZCL command 0x00158d0004a1b2c3/1 genBasic.read(['zclVersion']) failed (Timeout - 2345 - 1 - 0 - 1 after 10000ms)",
      "Data request failed with error: 'MAC no ack' (233)",
      'No network route (205)',
    ),
    zigbeeAttr: words('state brightness color_temp position'),
    automationName: of('Morning lights', 'away_mode', 'Close blinds at sunset', 'doorbell'),
    entityId: t`${words('binary_sensor switch person sun')}.${coined}`,
    sceneName: of('movie', 'good night', 'Dinner', 'all_off'),
    roomName,
    degreesC: t`${decimal(14, 28, 1)}°C`,
    coordinator: (r) => JSON.stringify({ meta: { maintrel: Number(few(r)), revision: 20260000 + Number(int(999)(r)) }, type: 'zStack3x0' }),
    // Deployments
    stackName,
    clockAm: (r) => `${1 + below(r, 12)}:${two(below(r, 60))}:${two(below(r, 60))} ${words('AM PM')(r)}`,
    cfnState: words('CREATE_IN_PROGRESS CREATE_COMPLETE UPDATE_IN_PROGRESS UPDATE_COMPLETE DELETE_COMPLETE ROLLBACK_IN_PROGRESS'),
    cfnType: words('AWS::Lambda::Function AWS::IAM::Role AWS::S3::Bucket AWS::DynamoDB::Table AWS::SQS::Queue'),
    cfnLogical: (r) => `${capital(coined(r))}${words('Function Role Bucket Table Queue')(r)}${hex(8)(r).toUpperCase()}`,
    cdkFail: of(
      'Error: The stack named ApiStack failed to deploy: UPDATE_ROLLBACK_COMPLETE',
      '_ToolkitError: The stack is in a failed state',
      'ExpiredToken: The security token included in the request is expired',
      'Error: Cannot find asset at /app/lambda',
    ),
    accountRegion: t`${digits(12)}-${words('eu-west-1 us-east-1')}`,
    cdkWarning: of(
      'Template size is approaching limit: 819200/1000000.',
      'No routeTableId was provided to the subnet',
      'Policy is incomplete',
    ),
    outputName: words('ApiEndpoint4F160690 BucketName TableArn UserPoolId'),
    outputValue: (r) =>
      of(
        `https://${base62(10)(r).toLowerCase()}.execute-api.eu-west-1.amazonaws.com/prod/`,
        `${coined(r)}-bucket-${hex(12)(r)}`,
        `eu-west-1_${base62(9)(r)}`,
      )(r),
    stackArn: t`arn:aws:cloudformation:eu-west-1:${digits(12)}:stack/${stackName}/${hex(8)}-${hex(4)}`,
    // A workshop, in German
    auftragNr: t`A-2026-${digits(5)}`,
    kundeName: of('Müller', 'Autohaus Krüger GmbH', 'Frau Jäger', 'Familie Öztürk', 'Spedition Weiß & Söhne', 'Herr Dr. Braun', 'Lehmann'),
    dauer: (r) => of(`${few(r)} Std. ${int(59)(r)} Min.`, `${int(59)(r)} Min.`, `${few(r)} Tagen`)(r),
    teileNr: t`${digits(3)} ${digits(3)} ${digits(3)} ${upper(1)}`,
    lieferant: words('Bosch Febi Mahle Sachs'),
    rechnungNr: t`RE${digits(6)}`,
    betrag: (r) => `${below(r, 3) === 0 ? `${few(r)}.` : ''}${digits(3)(r)},${digits(2)(r)} €`,
    druckFehler: of('Papierstau', 'Drucker offline', 'kein Papier', 'Zeitüberschreitung'),
    kennzeichen: t`${words('M B HH KA DD')}-${upper(2)} ${int(9999)}`,
    vorname: first,
    obd: t`P${digits(4)}`,
    obdText: of('Lambdasonde defekt', 'Zündaussetzer erkannt', 'Kühlmitteltemperatur zu hoch', 'Gemisch zu mager'),
    datumDe: (r) => `${two(1 + below(r, 28))}.${two(1 + below(r, 12))}.2026`,
    // A hotel, in Spanish
    reservaNo: t`R${digits(7)}`,
    personaEs: personEs,
    medioPago: of('tarjeta', 'transferencia', 'Bizum', 'efectivo'),
    motivoEs: of('fondos insuficientes', 'tarjeta caducada', 'límite superado', 'error del banco'),
    hotelEs: of('Hotel Miramar', 'Parador de Ronda', 'Casa Lola', 'Gran Vía Suites'),
    usuarioEs: words('recepcion1 lperez admin jgarcia'),
    proveedorEs: words('Booking Expedia Hotelbeds Amadeus'),
    // Builds
    gitUrl: t`https://github.com/${coined}/${coined}.git`,
    gitRef: (r) => of('main', `feat/${coined(r)}-${coined(r)}`, `refs/pull/${n(r)}/merge`, `v${few(r)}.${few(r)}.0`, 'develop')(r),
    shellCommand: of(
      'npm ci',
      'npm run lint',
      'npx tsc --noEmit -p tsconfig.json',
      'docker build -t app:latest .',
      'git fetch --depth=1',
      'node scripts/build.js --prod',
    ),
    cacheSlug: t`${words('Linux macOS')}-npm-${hex(64)}`,
    testFile: t`${words('src test')}/${coined}/${coined}.${words('test spec')}.ts`,
    testTitle,
    testCounts: (r) => `${maybe(0.3, t`${few} failed, `)(r)}${maybe(0.3, t`${few} skipped, `)(r)}${n(r)} passed, ${n(r)} total`,
    ciJob: of('build', 'test (20)', 'e2e / chrome', 'deploy-staging', 'lint'),
    gitUser: (r) => of(coined(r), `${coined(r)}-${coined(r)}`, 'dependabot[bot]', `${coined(r)}${few(r)}`)(r),
    prTitle: (r) =>
      `${words('fix feat chore docs')(r)}: ${many(words('bump handle retries in the client parser add tests for nullable types'), 2, 7)(r)}`,
    // Parcels
    corr: base62(8),
    carrierName,
    trackingNo: (r) =>
      of(`1Z${upper(3)(r)}${digits(10)(r)}`, `${digits(4)(r)} ${digits(4)(r)} ${digits(4)(r)}`, `${upper(2)(r)}${digits(9)(r)}SE`)(r),
    dims3: t`${int(90)}x${int(90)}x${int(90)} cm`,
    kilos: (r) => of(`${r.between(0.1, 30).toFixed(1)} kg`, `${int(900)(r)} g`)(r),
    postal: (r) => of(digits(5)(r), `SW${few(r)}A ${few(r)}AA`, `${digits(4)(r)} ${upper(2)(r)}`)(r),
    cityName: of('Göteborg', 'New York', 'Lyon', 'Saint-Étienne', 'Leeds', 'Wien', 'Den Haag'),
    addrVerdict: of('ok', 'unknown street', 'corrected', 'ambiguous (3 matches)'),
    serviceLevel: of('express', 'standard', 'next day', 'economy'),
    dayName: words('Monday Tuesday Wednesday Thursday Friday Saturday'),
    shipState,
    deliveredTo: of('neighbour', 'front door', 'reception', 'mailbox', 'R. Lund'),
    shipException: of('address unknown', 'recipient absent', 'damaged in transit', 'customs delay', 'weather'),
    routeId: (r) => of(`R-${int(400)(r)}`, `${words('north south')(r)}-${few(r)}`)(r),
    kilometres: t`${decimal(1, 300, 1)} km`,
    driverName: t`${first} ${upper(1)}.`,
    minutesLate: (r) => `${int(90)(r)} min`,
    vanPlate: t`${upper(3)} ${digits(3)}`,
    litres: t`${decimal(10, 80, 2)} l`,
    depotName,
    customsForm: words('CN22 CN23 EUR.1 T1'),
  };
}
