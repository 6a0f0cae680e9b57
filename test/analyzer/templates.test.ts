import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Template, TemplateMiner } from '../../analyzer/src/failures/templates.ts';

describe('what one print statement fills in is masked', () => {
  test.each([
    ['numbers with their unit', 'took 12 ms', 'took 1.2 s'],
    ['ids of letters and digits', 'order ORD-10293 paid', 'order 7f3a-x9 paid'],
    ['a list of any length', 'ids 1, 2, 3', 'ids 9'],
    ['quoted text with blanks', 'name "Jane Doe" taken', "name 'Bo' taken"],
    ['paths and addresses', 'open /tmp/a/b failed', 'open ./c failed'],
    ['addresses with their port', 'connect 10.0.0.1:5432', 'connect 10.9.0.2:80'],
    ['objects as they are inspected', "made { id: 1, tags: [ 'a' ] }", 'made { total: 12.5 }'],
    ['objects as JSON', 'made {"id":"}"}', 'made {"id":"x","more":[1,2]}'],
    ['what stands behind an equals sign', 'retry attempt=first', 'retry attempt=3'],
    ['yes and no', 'cached: true', 'cached: false'],
    ['a name after "for user"', 'sent for user jane', 'sent for user omar'],
    ['dates in words', 'due Fri Nov 20 2026', 'due Mon Jan 4 2027'],
  ])('%s', (_, one, other) => {
    expect(mined([one]).templates[0]!.id).toBe(mined([other]).templates[0]!.id);
  });
});

describe('what tells one statement from another stays', () => {
  test.each([
    ['user created', 'user deleted'],
    ['message to queue failed', 'message to queue accepted'],
    ['[OrderService] ready', '[MailService] ready'],
    ["can't connect, won't retry", "can't connect, will retry"],
    ['retries=3', 'timeoutMs=3'],
    ['"GET /a" 200', '"PUT /a" 200'],
    ['text/html refused', 'text/plain refused'],
  ])('%s | %s', (one, other) => {
    const ids = mined([one, other]).templates.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });
});

test('a name that no mask knows is found to be a value when many are seen', () => {
  const names = ['ada', 'bo', 'cy', 'di', 'ed', 'flo', 'gus', 'hal', 'ida', 'jo', 'kim', 'lou', 'max'];
  const { templates } = mined(names.map((name) => `welcome back ${name} again`));
  expect(templates.map(({ text }) => text)).toEqual(['welcome back <*> again']);
});

test('statements that share most of their words stay apart, each printed often', () => {
  const lines = ['accepted', 'declined', 'refunded'].flatMap((what) =>
    Array.from({ length: 20 }, (_, i) => `payment ${i} was ${what} by bank`),
  );
  expect(mined(lines).templates.map(({ text }) => text)).toEqual([
    'payment <*> was accepted by bank',
    'payment <*> was declined by bank',
    'payment <*> was refunded by bank',
  ]);
});

describe('three different words in one place are a value where nothing else explains them', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  test.each([
    [
      'a reason behind a colon',
      ['pod 1 evicted: node pressure', 'pod 2 evicted: taint', 'pod 3 evicted: memory low'],
      'pod <*> evicted: <*>',
    ],
    [
      'a reason behind a comma',
      ['job 1 rejected, no space left', 'job 2 rejected, queue is full', 'job 3 rejected, wrong schema'],
      'job <*> rejected, <*>',
    ],
    ['what a preposition announces', ['sent 1 via twilio', 'sent 2 via sinch', 'sent 3 via vonage'], 'sent <*> via <*>'],
    ['identifiers, two of them', ['no handler for OrderPaid yet', 'no handler for CartLost yet'], 'no handler for <*> yet'],
    [
      'names of several words',
      ['dish ramen is on the menu', 'dish pho is on the menu', 'dish naan is on the menu', 'dish pad thai is on the menu'],
      'dish <*> is on the menu',
    ],
    [
      'two values that cross',
      [
        'flow a1x step trim done',
        'flow exome step trim done',
        'flow rna step trim done',
        'flow exome step sort done',
        'flow rna step sort done',
        'flow exome step call done',
        'flow rna step call done',
      ],
      'flow <*> step <*> done',
    ],
  ])('%s', (_, lines, text) => {
    expect(mined(often(...lines)).templates.map((template) => template.text)).toEqual([text]);
  });

  test.each([
    ['words that tell what happened', ['refund 1 was approved', 'refund 2 was declined', 'refund 3 was requested']],
    ['how something is', ['breaker 1 open for node', 'breaker 2 closed for node', 'breaker 3 half-open for node']],
    ['behind an id, what happened to it', ['order 1: packed', 'order 2: shipped', 'order 3: returned']],
    ['methods of HTTP', ['call GET done', 'call PUT done', 'call POST done']],
  ])('not %s', (_, lines) => {
    expect(mined(often(...lines)).templates).toHaveLength(3);
  });
});

describe('names of one word and of several are one value', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  const texts = (lines: readonly string[]) => mined(lines).templates.map(({ text }) => text);

  test('in the middle of a sentence', () => {
    const lines = ['Kitchen', 'Office', 'Living room', "Mia's own room"].map((room) => `heating ${room} set to 21.5 °C`);
    expect(texts(often(...lines))).toEqual(['heating <*> set to <*>']);
  });

  test('at its end, where they are written as names', () => {
    const lines = ['Pedro', 'Ana Belén', 'María del Carmen Ruiz'].map((name) => `Reserva 12 confirmada para ${name}`);
    expect(texts(often(...lines))).toEqual(['Reserva <*> confirmada para <*>']);
  });

  test('and two of them are enough where more were seen elsewhere', () => {
    const rooms = ['Kitchen', 'Office', 'Living room', 'Guest room'];
    const lines = [...rooms.map((room) => `heating ${room} set to 20`), ...rooms.slice(1, 3).map((room) => `${room} window opened`)];
    expect(texts(often(...lines))).toEqual(['heating <*> set to <*>', '<*> window opened']);
  });

  test('and one of many words, where names of one word ended as verbs do', () => {
    const players = [
      'zeko',
      'haunted',
      'mirov',
      'tasbel',
      'quilo',
      'vorny',
      'wexka',
      'chuda',
      'lomir',
      'pradan',
      'solfis',
      'yamtur',
      'zedost',
    ];
    const lines = [...players, 'Gorm the Grey of the Fens'].flatMap((name) =>
      Array(9).fill(`save of ${name} is corrupt, using backup from 7:46`),
    );
    expect(mined(lines).templates).toHaveLength(1);
  });

  test.each([
    ['what happened', ['cart 1 was added to the order', 'cart 2 was removed from the order', 'cart 3 has been moved out of the order']],
    ['statements of SQL', ['run 1: COMMIT now', 'run 2: ROLLBACK TO SAVEPOINT now', 'run 3: START TRANSACTION now']],
    ['two ways to pay', ['order 1 paid by card', 'order 2 paid by bank transfer']],
    ['two names that stand nowhere else', ['Order saved in cache', 'Customer data saved in cache']],
    ['names that values have', ['event=sent template=a ms=4', 'event=bounced template=b code=5', 'event=opened template=b age=5']],
  ])('but not %s', (_, lines) => {
    expect(texts(often(...lines))).toHaveLength(lines.length);
  });
});

describe('one value however it is written', () => {
  test.each([
    ['an amount', ['paid 12.50 € today', 'paid 1,200.00 USD today', 'paid $12 today']],
    ['a time in words', ['kept for 14 days', 'kept for a few seconds', 'kept for an hour']],
    ['a clock', ['opens at 7:46 AM daily', 'opens at 19:46 daily']],
    ['a path of one sign', ['compiled /users in 3 ms', 'compiled / in 3 ms']],
    ['constants in capitals', ['cache HIT for key 1', 'cache MISS for key 1']],
    ['a time that lies back', ['backup from yesterday', 'backup from 3 days ago', 'backup from today']],
    ['the root of paths', ['redirecting to / now', 'redirecting to /users/7 now']],
    ['commands as a shell echoes them', ['$ npm ci', '$ git fetch --depth=1', '$ docker build -t app .']],
    ['channels and people', ['posted in #general today', 'posted in #dev-chat today']],
  ])('%s', (_, lines) => {
    expect(mined(lines).templates).toHaveLength(1);
  });
});

describe('a part that is left out where there is nothing to count', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  test.each([
    ['at the end', ['reloaded: 4 types, 9 fields', 'reloaded: 4 types, 9 fields, 2 removed']],
    ['in between', ['Tests: 9 passed, 9 total', 'Tests: 1 failed, 8 passed, 9 total', 'Tests: 1 failed, 2 skipped, 8 passed, 9 total']],
  ])('%s', (_, lines) => {
    expect(mined(often(...lines)).templates).toHaveLength(1);
  });

  test('but not words that tell something else', () => {
    expect(
      mined(often('read 9 rows of 4 files', 'read 9 rows of 4 files, giving up', 'read 9 rows of 4 files again')).templates,
    ).toHaveLength(3);
  });
});

describe('states that one statement prints', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  const texts = (...lines: string[]) => mined(often(...lines)).templates.map(({ text }) => text);

  test('are one value from the fourth on, whatever number of words each has', () => {
    expect(
      texts('proof P-1 for 7 sent', 'proof P-1 for 7 late', 'proof P-1 for 7 needs changes', 'proof P-1 for 7 not found'),
    ).toHaveLength(1);
  });

  test('and so is a change from one to another', () => {
    expect(texts('printer 4 state: idle -> warming up', 'printer 4 state: warming up -> idle')).toHaveLength(1);
  });

  test('with the comma that the sentence puts behind each', () => {
    expect(
      texts(
        'link 4 is stale, dropping 7',
        'link 4 is closed, dropping 7',
        'link 4 is in error, dropping 7',
        'link 4 is read only, dropping 7',
      ),
    ).toEqual(['link <*> is <*> dropping <*>']);
  });

  test('from the third on where one of several words tells how something is', () => {
    expect(texts('lock 4 acquired by 7', 'lock 4 released by 7', 'lock 4 not available by 7')).toEqual(['lock <*> by <*>']);
  });

  test('but not where those words tell what was done', () => {
    expect(texts('payment 4 created', 'payment 4 succeeded', 'payment 4 requires action')).toHaveLength(3);
  });

  test('nor where they begin a sentence', () => {
    expect(texts('[4] Terminating instance', '[4] Claim successful', '[4] Creating image')).toHaveLength(3);
  });

  test('from the second on where a comma closes each and the sentence goes on', () => {
    expect(texts('tank 4 inlet open, 9 left', 'tank 4 inlet closed, 9 left')).toEqual(['tank <*> inlet <*> left']);
    expect(texts('tank 4 inlet open', 'tank 4 inlet closed')).toHaveLength(2);
  });

  test('from the third on where the sentence goes on with the same words', () => {
    const said = (end: string) => ['opened', 'tripped', 'reopened'].map((state) => `circuit 4 ${state} ${end}`);
    expect(texts(...said('after 9 failures'))).toEqual(['circuit <*> after <*> failures']);
    expect(texts(...said('by 9'))).toHaveLength(3);
  });

  test('with a longer one that joins the short list of the others', () => {
    const short = ['light', 'moderate', 'heavy', 'none', 'normal'].map((state) => `plan 4 of tour 9, traffic ${state}`);
    expect(texts(...short, 'plan 4 of tour 9, traffic standing still')).toEqual(['plan <*> of tour <*> traffic <*>']);
  });

  test('while two or three may be statements of their own', () => {
    expect(texts('refund 4 of 9 requested', 'refund 4 of 9 paid out', 'refund 4 of 9 refused')).toHaveLength(3);
  });

  test('nor are sentences that go on with an object of their own', () => {
    const lines = ['ticket 4 assigned to 7', 'ticket 4 merged into 9', 'ticket 4 reopened by 7', 'ticket 4 waits for 9'];
    expect(texts(...lines)).toHaveLength(4);
  });

  test('nor what a component says of different things', () => {
    expect(texts('auth: token expired', 'auth: password changed', 'auth: user not found', 'auth: account closed')).toHaveLength(4);
  });

  test('stay behind a name that took one of them for a part of itself', () => {
    const named = ['ACME', 'Northwind', 'Contoso', 'Initech', 'Umbrella', 'Globex'].flatMap((name) => [
      `delivery of 7 to ${name} nobody there`,
      ...['failed', 'postponed', 'completed'].map((state) => `delivery of 7 to ${name} ${state}`),
    ]);
    expect(texts(...named)).toEqual(['delivery of <*> to <*>']);
  });
});

describe('the end of a sentence that is left off', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  test.each([
    ['behind a preposition', ['upload of 7 finished', 'upload of 7 finished in 9 ms']],
    ['in brackets', ['filter rule 7 hit', 'filter rule 7 hit (9 times)']],
  ])('is found %s', (_, lines) => {
    expect(mined(often(...lines)).templates).toHaveLength(1);
  });

  test('is found in front of a value that both have', () => {
    expect(mined(often('app client 7 connected 9ms', 'app client 7 connected via polling 9ms')).templates).toHaveLength(1);
    expect(mined(often('app client 7 connected 9ms', 'app client 7 connected trying polling 9ms')).templates).toHaveLength(2);
  });

  test('but not where another verb goes on', () => {
    expect(mined(often('upload of 7 finished', 'upload of 7 finished checking 9 files')).templates).toHaveLength(2);
  });
});

test('what stands behind an equals sign is one value, of one word or of several', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  expect(mined(often('setting pool = 7', 'setting pool = debug mode')).templates).toHaveLength(1);
  expect(mined(often('setting pool was 7', 'setting pool was debug mode')).templates).toHaveLength(2);
});

test('what stands behind a preposition inside of a sentence is one value, the verb behind "failed to" is not', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  expect(mined(often('connected to mysql at 7', 'connected to postgres at 7')).templates).toHaveLength(1);
  expect(mined(often('failed to parse file at 7', 'failed to load file at 7')).templates).toHaveLength(2);
});

test('remarks in brackets inside of a sentence are one value from the third on', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  const lines = ['alert 7 (very severe): 9 late', 'alert 7 (info): 9 late', 'alert 7 (a mere warning): 9 late'];
  expect(mined(often(...lines)).templates).toHaveLength(1);
  expect(mined(often('alert 7 was raised: 9 late', 'alert 7 closed: 9 late')).templates).toHaveLength(2);
});

test('whatever follows "could not" and a colon is the reason', () => {
  const said = ['a key that was given twice in it', 'nothing to read at the very end', 'one comma too many before the end'];
  const texts = (head: string) =>
    mined(said.flatMap((text) => Array.from({ length: 9 }, (_, i) => `${head} file-${i}: ${text}`))).templates;
  expect(texts('could not parse')).toHaveLength(1);
  expect(texts('looking at')).toHaveLength(3);
});

test('a place to which something is sent may have the name of a state', () => {
  const texts = (verb: string) => {
    const lines = ['City Pharmacy', 'Pharmacie du Lac', 'St. George', 'online', 'Apotheke am Markt'].flatMap((where) =>
      Array.from({ length: 9 }, (_, i) => `order ${i} was ${verb} ${where}`),
    );
    return mined(lines).templates.map(({ text }) => text);
  };
  expect(texts('sent to')).toEqual(['order <*> was sent to <*>']);
  expect(texts('found')).toContain('order <*> was found online');
});

test('the end of a remark is a value where its beginning was found to be one', () => {
  const why = ['memory pressure', 'disk pressure', 'cpu pressure', 'spot reclaim', 'node reclaim', 'zone reclaim'];
  const lines = why.flatMap((reason) => Array.from({ length: 9 }, (_, i) => `pod ${i} evicted from 9 (${reason})`));
  expect(mined(lines).templates).toHaveLength(1);
});

test('the name of a program in each of its lines is no word that a statement is known by', () => {
  const lines = Array.from({ length: 30 }, (_, i) => [
    `[import] reading ${i}`,
    ...(i < 3 ? [`[import] ${['notify', 'image', 'summary'][i]} ${i}`] : []),
    ...(i < 3 ? [`[import] ${['colours', 'sizes', 'labels'][i]}: ${letters(i)}`] : []),
  ]).flat();
  expect(mined(lines).templates.map(({ text }) => text)).toContain('[import] reading <*>');
});

test('a line with more words than any that was mined finds the template that covers it', () => {
  const found = mined(Array.from({ length: 40 }, (_, i) => `search for ${letters(i)} ${letters(i + 3)} gave ${i} hits`));
  expect(found.templateOf('search for one very long phrase that somebody typed gave 7 hits')?.text).toBe('search for <*> gave <*> hits');
  expect(found.templateOf('nobody searched for one very long phrase that gave 7 hits')).toBeUndefined();
});

describe('a message that a statement passes on', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));

  test('is one value where it comes from error objects; what the statement itself says there is not', () => {
    const { templates } = mined(
      often(
        'redis: connect ECONNREFUSED 127.0.0.1:6379',
        'redis: Connection is closed.',
        'redis: NOAUTH Authentication required.',
        'redis: ready',
        'redis: reconnecting in 20 ms',
      ),
    );
    expect(templates.map(({ text }) => text)).toEqual(['redis: <*>', 'redis: ready', 'redis: reconnecting in <*>']);
  });

  test.each([
    ['the class of an error', 'MongoServerError: '],
    ['the class of an error and its code', 'DiscordAPIError[50013]: '],
    ['the class of a warning', '(node:7) DeprecationWarning: '],
    ['"error:" of a component', 'pg_dump: error: '],
    ['a tag of a handler of errors', '[ExceptionsHandler] '],
    ['a tag of words that name an error', '[GraphQL error]: Message: '],
  ])('is one value behind %s, whatever it says', (_, head) => {
    const said = ['deadlock detected', 'relation "users" does not exist', 'Missing access', 'nobody knows why it did that'];
    expect(mined(often(...said.map((text) => head + text))).templates).toHaveLength(1);
  });

  test.each([
    ['a level', 'Error: '],
    ['a level in brackets', '[ERROR] '],
    ['a component', '[OrderService] '],
  ])('but statements behind %s stay apart', (_, head) => {
    const said = ['order was stored', 'cart is empty now', 'stock has been counted twice'];
    expect(mined(often(...said.map((text) => head + text))).templates).toHaveLength(3);
  });

  test('is one value behind a sign where the classes of errors begin it', () => {
    const lines = ['⨯ TypeError: x is not iterable', '⨯ ReferenceError: window is not defined', '⨯ Error: no such page'];
    expect(mined(often(...lines)).templates).toHaveLength(1);
  });

  test('is not seen where nothing bears the mark of an error object', () => {
    expect(
      mined(often('auth: token expired', 'auth: password changed', 'auth: user not found', 'auth: account closed')).templates,
    ).toHaveLength(4);
  });
});

describe('an error object that a statement passes on', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  const texts = (...lines: string[]) => mined(often(...lines)).templates.map(({ text }) => text);

  test('is one value from the name of its class on, however many words it says', () => {
    expect(texts('saving cart failed TypeError: x is not iterable', 'saving cart failed Error [E_GONE]: no such cart any more')).toEqual([
      'saving cart failed <*>',
    ]);
  });

  test('is found for a line that was not there when it was mined', () => {
    const found = mined(often('saving cart failed TypeError: x is not iterable'));
    expect(found.templateOf('saving cart failed RangeError: the list is far too long')?.text).toBe('saving cart failed <*>');
  });

  test('is known without its class where another line had it, at the end, in front and behind a colon without a blank', () => {
    expect(
      texts(
        'saving cart failed HttpError: gateway gave up',
        'could not list carts: gateway gave up',
        'gateway gave up while the cart was being saved',
        'Fatal:gateway gave up',
      ),
    ).toEqual(['<*> while the cart was being saved', 'Fatal:<*>', 'could not list carts: <*>', 'saving cart failed <*>']);
  });

  test('may be of a class that is not called so, where others stood behind the same words', () => {
    expect(texts('saving cart failed HttpError: gateway gave up', 'saving cart failed NoSuchCart: it was emptied before')).toHaveLength(1);
    expect(texts('starting part CartController: it is ready', 'starting part UserController: two routes')).toHaveLength(2);
  });

  test('in front of the words of a statement is known by these words where it tells of failing', () => {
    const said = ['gateway gave up', 'connect ECONNREFUSED 10.0.0.1:80', 'certificate has expired'];
    const lines = said.map((text) => `${text} while the cart was being saved`);
    expect(texts('saving cart failed HttpError: gateway gave up', ...lines)).toEqual([
      '<*> while the cart was being saved',
      'saving cart failed <*>',
    ]);
  });

  test('may be of such a class in other lines, too, and whatever tells of failing behind "Fatal:" if one error did', () => {
    expect(
      texts(
        'saving cart failed HttpError: gateway gave up',
        'saving cart failed NoSuchCart: it was emptied',
        'cart 7 kept NoSuchCart: it was stolen',
      ),
    ).toEqual(['saving cart failed <*>', 'cart <*> kept <*>']);
    expect(texts('saving cart failed HttpError: gateway gave up', 'Fatal:gateway gave up', 'Fatal:list cannot be read')).toHaveLength(2);
    expect(texts('Fatal:gateway gave up', 'Fatal:list cannot be read')).toHaveLength(2);
  });

  test('leaves what the statement itself says', () => {
    expect(texts('cart was saved', 'cart saved twice', 'gateway gave up while carts were being saved')).toHaveLength(3);
    expect(texts('Error: cart is empty', 'Error: stock has been counted twice')).toHaveLength(2);
  });
});

describe('what stands in a gap', () => {
  const often = (...lines: string[]) => lines.flatMap((line) => Array.from({ length: 9 }, () => line));
  const texts = (...lines: string[]) => mined(often(...lines)).templates.map(({ text }) => text);

  test.each([
    ['three states in capitals, which no sentence has', ['lot 1 is SOLD', 'lot 2 is PASSED', 'lot 3 is ON HOLD'], 'lot <*> is <*>'],
    [
      'a short word that only ends as verbs do',
      ['station sent [] instead of call 1', 'station sent ping instead of call 2'],
      'station sent <*> instead of call <*>',
    ],
    [
      'the object of a preposition in front of a colon',
      ['lot under reserve:', 'lot under estimate:', 'lot under opening bid:'],
      'lot under <*>:',
    ],
    ['a remark that may be missing', ['connector 7', 'connector 8 (CCS)'], 'connector <*> (CCS)'],
    ['a word behind what an equals sign names', ['took order 1 size=9', 'took order 2 size=8 canvas'], 'took order <*> size=<*> canvas'],
  ])('is a value: %s', (_, lines, text) => {
    expect(texts(...lines)).toEqual([text]);
  });

  test.each([
    ['states in small letters behind "is"', 'lot 1 is sold', 'lot 2 is passed', 'lot 3 is open'],
    ['those to whom something is given', 'order was passed to shipping 8', 'order was passed to cutter 9'],
    ['labels in front of a value', 'unknown charge card: 1', 'unknown charge plan: 2', 'unknown charge point: 3'],
    ['sentences with an object and without', 'absentee bid was not placed 7 for 8', 'absentee bid was not placed 7'],
    ['what was done to what an equals sign names', 'took order 1 size=9', 'took order 2 size=8 rejected'],
    ['a sentence that goes on behind an object', 'could not refund: {"a":1}', 'could not refund: {"a":1} and the buyer has been told'],
  ])('are statements of their own: %s', (_, ...lines) => {
    expect(texts(...lines)).toHaveLength(lines.length);
  });
});

test('a run of words that many rare lines share names their statement', () => {
  const texts = (count: number) =>
    mined(
      Array.from(
        { length: count },
        (_, i) => `${letters(i)}-${letters(3 * i)} opened pull request ${i}: ${letters(i * 7)} ${'so '.repeat(i % 5)}it ${letters(i)}`,
      ),
    ).templates.map(({ text }) => text);
  expect(texts(40)).toEqual(['<*> opened pull request <*>: <*> it <*>']);
  expect(texts(3).length).toBeGreaterThan(1);
});

test('a route of a framework keeps its method, and all its paths are one', () => {
  const routes = ['/users', '/users/:id', '/orders'].flatMap((path) => [`Mapped {${path}, GET} route`, `Mapped {${path}, POST} route`]);
  expect(mined(routes).templates).toHaveLength(2);
});

test('programs that print a level in front do not make one statement of all', () => {
  const lines = Array.from({ length: 40 }, (_, i) => [
    `info: ${letters(i)} joined`,
    `info: ${letters(i)} left early`,
    `info: cache ${letters(i)} rebuilt`,
  ]).flat();
  const { templates } = mined(lines);
  expect(templates.map(({ text }) => text).sort()).toEqual(['info: <*> joined', 'info: <*> left early', 'info: cache <*> rebuilt']);
});

test('names at the beginning of lines do not push other statements out', () => {
  const miner = new TemplateMiner();
  for (let i = 0; i < 6000; i++) miner.add(`${letters(i)} ${letters(i * 3)} joined the room`);
  for (let i = 0; i < 100; i++) miner.add(`statement ${letters(i)} is printed here`);
  const mined = miner.mine();
  expect(mined.uncountedLineCount).toBe(0);
  expect(mined.templateOf('statement new is printed here')?.lineCount).toBe(100);
});

test('messages of errors are compared within one length only: hiding a failure is worse than showing it twice', () => {
  const miner = new TemplateMiner();
  for (const room of ['Kitchen', 'Office', 'Living room', 'Guest room', 'Hall'])
    for (let i = 0; i < 9; i++) miner.add(`cannot heat ${room} to 21`);
  expect(miner.mine('within lengths').templates.length).toBeGreaterThan(1);
  expect(miner.mine().templates).toHaveLength(1);
});

test('a stack below the message does not make another template', () => {
  const { templates } = mined(['boom for 1\n    at a (/x/y.js:1:2)', 'boom for 2']);
  expect(templates).toHaveLength(1);
});

test('every template leads to its earliest lines', () => {
  const miner = new TemplateMiner();
  for (let place = 20; place > 0; place--) miner.add(`job ${place} done`, 3, place, 1000 + place);
  const [only] = miner.mine().templates;
  expect(only!.lineCount).toBe(20);
  expect(only!.evidence.map(({ place }) => place)).toEqual([1, 2, 3]);
  expect(only!.evidence[0]).toEqual({ file: 3, place: 1, atMs: 1001 });
});

test('a line that was not there when it was mined still finds its template', () => {
  const names = Array.from({ length: 20 }, (_, i) => `hello ${'abcdefghijklmnopqrst'[i]}name you`);
  const known = mined(names);
  expect(known.templateOf('hello stranger you')?.text).toBe('hello <*> you');
  expect(known.templateOf('something else entirely')).toBeUndefined();
});

describe('miners of several threads', () => {
  const words = fc.constantFrom('order', 'paid', 'alice', 'bob', 'queue', 'failed', '12', 'a=1', '{ x: 1 }', '"q"', 'x7k2');
  const lines = fc.array(fc.array(words, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 60 });

  test('add up to the miner that read every line', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 4 }), (all, threads) => {
        const texts = all.map((one) => one.join(' '));
        expect(merged(texts, threads)).toEqual(mined(texts).templates);
      }),
    );
  });

  test('also when more different lines were seen than are held', () => {
    const limits = { mostShapes: 4, mostOfAShape: 8 };
    const texts = Array.from({ length: 600 }, (_, i) => `${letters(i % 11)} is ${letters(i % 7)} ${letters(i)}`);
    const whole = new TemplateMiner(limits);
    for (const [place, line] of texts.entries()) whole.add(line, 0, place, place);
    const parts = [new TemplateMiner(limits), new TemplateMiner(limits)];
    for (const [place, line] of texts.entries()) parts[place % 2]!.add(line, 0, place, place);
    parts[1]!.merge(parts[0]!);
    const [one, other] = [whole.mine(), parts[1]!.mine()];
    expect(other.templates).toEqual(one.templates);
    expect(one.uncountedLineCount).toBeGreaterThan(0);
    expect(other.uncountedLineCount).toBe(one.uncountedLineCount);
    expect(one.templates.reduce((sum, { lineCount }) => sum + lineCount, 0) + one.uncountedLineCount).toBe(600);
  });

  function merged(texts: readonly string[], threads: number): readonly Template[] {
    const miners = Array.from({ length: threads }, () => new TemplateMiner());
    for (const [place, line] of texts.entries()) miners[place % threads]!.add(line, 0, place, place);
    const first = miners[0]!;
    for (const other of miners.slice(1)) first.merge(other);
    return first.mine().templates;
  }
});

describe('any text at all', () => {
  test('is read without an error and counted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 20 }), (lines) => {
        const { templates, uncountedLineCount } = mined(lines);
        expect(templates.reduce((sum, { lineCount }) => sum + lineCount, 0) + uncountedLineCount).toBe(lines.length);
      }),
    );
  });

  test.each(['['.repeat(100_000), '{"a":'.repeat(50_000), '"'.repeat(100_000), "'a ".repeat(50_000), 'a/'.repeat(50_000), ''])(
    'of the worst kind (%#)',
    (line) => {
      expect(mined([line, line]).templates[0]!.lineCount).toBe(2);
    },
  );
});

function mined(lines: readonly string[]) {
  const miner = new TemplateMiner();
  for (const [place, line] of lines.entries()) miner.add(line, 0, place, place);
  return miner.mine();
}

/** A word of letters for a number. */
function letters(n: number): string {
  let word = 'w';
  for (let rest = n; rest > 0; rest = Math.floor(rest / 26))
    word += String.fromCharCode(0x67 + ((rest % 26) % 20), 0x67 + Math.floor((rest % 26) / 20));
  return word;
}
