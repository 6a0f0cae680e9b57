/**
 * How print statements are shaped: the shares that were measured in public Node programs, and the same shares of labelled
 * programs, so that a set can be held against them (`test/whole/typical-programs.test.ts`).
 *
 * Measured in November 2026 on the newest commit at hand of 37 repositories (`MEASURED_ON`), by the syntax tree: every call of a
 * level (`info`, `log`, `warn`, `error` and their kin) of a logger or of `console` in the code of the server, without tests, tools
 * and screens: 7,986 statements, 4,674 of them with values, 7,065 values. Fields beside a message (pino, winston) are no part
 * of it; what a call joins to its text (`console`, log4js) is. A text that stands twice in a repository counts once, so that
 * `log.error(err)` is one statement of it. What a value is was read off the name of its expression (`err.message`, `orderId`,
 * `items.length`): of 120 values looked at by eye, a dozen were of another kind. `debug` and below are left out, as production
 * leaves them out; with them (14,517 statements) no share but those of the levels differs by more than 7 points.
 *
 * Each repository weighs the same, so that one of 1,300 statements does not decide; behind the mean stand its quarters.
 */

/** In percent. */
export const MEASURED = {
  'of statements': {
    'level info': row(44.7, 26.6, 58.4),
    'level warn': row(20.0, 10.0, 26.8),
    'level error': row(35.3, 23.0, 47.8),
    'no value': row(40.7, 25.7, 48.4),
    '1 value': row(38.9, 35.2, 46.0),
    '2 values': row(15.1, 9.9, 19.7),
    '3 values': row(4.0, 0.8, 5.4),
    '4 values and more': row(1.4, 0.0, 2.0),
    'no fixed word': row(2.6, 0.8, 3.3),
    '1 or 2 fixed words': row(13.5, 8.4, 17.7),
    '3 or 4 fixed words': row(31.2, 24.8, 37.2),
    '5 to 7 fixed words': row(32.5, 28.6, 36.7),
    '8 to 11 fixed words': row(13.0, 7.8, 17.6),
    '12 fixed words and more': row(7.3, 2.2, 10.6),
    'a sibling in the file, one word apart': row(15.0, 9.5, 18.4),
    'a sibling in the file with the same first three words': row(16.3, 11.3, 18.7),
    'a [tag] or a Tag: in front': row(8.4, 3.2, 11.2),
    'begins with a capital': row(72.7, 69.6, 87.3),
    'ends with a full stop, ! or …': row(15.4, 4.4, 20.0),
  },
  'of statements with a value': {
    'begins with a value': row(8.7, 3.4, 9.3),
    'ends with a value': row(67.6, 57.9, 83.3),
    'an error among the values': row(29.4, 16.3, 42.6),
    'a state among the values': row(7.7, 5.3, 10.3),
    'values side by side, no word between': row(14.7, 7.9, 20.0),
    'a value in quotes or brackets': row(15.1, 4.1, 24.0),
    'a value behind =': row(2.2, 0.0, 3.3),
  },
  'of values, by kind': {
    error: row(21.2, 11.5, 27.7),
    name: row(14.3, 7.1, 20.8),
    id: row(13.5, 6.1, 19.7),
    other: row(13.3, 8.5, 16.9),
    object: row(7.6, 1.4, 6.3),
    count: row(7.2, 2.5, 9.3),
    path: row(6.1, 1.1, 9.8),
    state: row(5.7, 3.9, 7.0),
    text: row(3.5, 0.5, 2.9),
    host: row(2.8, 0.0, 3.8),
    time: row(1.6, 0.0, 2.2),
    duration: row(1.4, 0.0, 1.7),
    list: row(0.9, 0.0, 1.4),
    optional: row(0.7, 0.0, 1.1),
  },
  'of values, by place': {
    'alone in its statement': row(3.0, 0.6, 2.2),
    'first, words behind it': row(4.9, 1.6, 6.8),
    'in the middle': row(35.2, 25.5, 45.1),
    'in the middle, after a colon': row(4.8, 1.8, 6.9),
    last: row(27.4, 17.7, 33.7),
    'last, after a colon': row(24.8, 13.6, 31.9),
  },
};

/** Those with at least 40 such statements, of 43 that were looked at. */
export const MEASURED_ON = `
  louislam/uptime-kuma parse-community/parse-server renovatebot/renovate Unitech/pm2
  tulios/kafkajs medusajs/medusa homebridge/homebridge Koenkk/zigbee2mqtt
  philips-labs/terraform-aws-github-runner thelounge/thelounge matrix-org/matrix-appservice-irc ether/etherpad-lite
  aws-solutions/qnabot-on-aws aws-solutions/distributed-load-testing-on-aws zwave-js/zwave-js-ui vendure-ecommerce/vendure
  Sofie-Automation/sofie-core haraka/Haraka outline/outline bluesky-social/atproto
  Unleash/unleash SignalK/signalk-server snyk/broker GladysAssistant/Gladys
  ioBroker/ioBroker.js-controller overleaf/overleaf agenda/agenda getumbrel/umbrel
  nightscout/cgm-remote-monitor balderdashy/sails hyperledger/cactus sidequestjs/sidequest
  ChainSafe/lodestar microrealestate/microrealestate ghostfolio/ghostfolio hoppscotch/hoppscotch
  graphile/worker`
  .trim()
  .split(/\s+/);

/** @returns {{ of: string, what: string, measured: number, spread: string, ours: number }[]}  the mean over the programs beside what was measured */
export function besideMeasured(programs) {
  const shares = Object.values(programs).map(sharesOf);
  return Object.entries(MEASURED).flatMap(([of, rows]) =>
    Object.entries(rows).map(([what, { mean, quarter, threeQuarters }]) => ({
      of,
      what,
      measured: mean,
      spread: `${quarter}–${threeQuarters}`,
      ours: (100 * shares.reduce((sum, share) => sum + (share[of][what] ?? 0), 0)) / shares.length,
    })),
  );
}

function row(mean, quarter, threeQuarters) {
  return { mean, quarter, threeQuarters };
}

/** @param statements  those of one program, `{ level, parts }` each */
function sharesOf(statements) {
  const told = statements.map(({ level, parts }) => ({ level, parts, skeleton: skeletonOf(parts), tokens: tokensOf(parts) }));
  const withValues = told.filter(({ parts }) => parts.some(isValue));
  const values = told.flatMap(({ parts }) =>
    parts.map((part, at) => ({ part, place: placeOf(parts, at) })).filter(({ part }) => isValue(part)),
  );
  return {
    'of statements': share(told, (one) => ofStatement(one, told)),
    'of statements with a value': share(withValues, ofStatementWithValue),
    'of values, by kind': share(values, ({ part }) => [part.kind]),
    'of values, by place': share(values, ({ place }) => [place]),
  };
}

function share(list, namesOf) {
  const counts = {};
  for (const one of list) for (const name of namesOf(one)) counts[name] = (counts[name] ?? 0) + 1 / list.length;
  return counts;
}

const WORDS = [
  { most: 0, what: 'no fixed word' },
  { most: 2, what: '1 or 2 fixed words' },
  { most: 4, what: '3 or 4 fixed words' },
  { most: 7, what: '5 to 7 fixed words' },
  { most: 11, what: '8 to 11 fixed words' },
  { most: Number.POSITIVE_INFINITY, what: '12 fixed words and more' },
];
const VALUE = '\0';
const isValue = (part) => part.text === undefined;
const hasWord = (text) => /[A-Za-z]/.test(text);
const skeletonOf = (parts) => parts.map((part) => part.text ?? VALUE).join('');
const tokensOf = (parts) => skeletonOf(parts).replaceAll(VALUE, ` ${VALUE} `).split(/\s+/).filter(Boolean);

function ofStatement({ level, parts, skeleton, tokens }, all) {
  const values = parts.filter(isValue).length;
  const words = tokens.filter(hasWord).length;
  const others = tokens.length < 3 ? [] : all.filter((other) => other.skeleton !== skeleton);
  const isOneWordApart = (other) =>
    other.tokens.length === tokens.length &&
    other.tokens.every((token, at) => (token === VALUE) === (tokens[at] === VALUE)) &&
    other.tokens.filter((token, at) => token !== tokens[at]).length === 1;
  const beginsAlike = (other) => other.tokens.slice(0, 3).join(' ') === tokens.slice(0, 3).join(' ');
  return [
    `level ${level.toLowerCase()}`,
    ['no value', '1 value', '2 values', '3 values'][values] ?? '4 values and more',
    WORDS.find(({ most }) => words <= most).what,
    ...(others.some(isOneWordApart) ? ['a sibling in the file, one word apart'] : []),
    ...(others.some(beginsAlike) ? ['a sibling in the file with the same first three words'] : []),
    ...(/^(\[[^\]]{1,40}\]|[\w.@/-]{2,30}( [\w.-]{2,20})?:)\s/.test(skeleton) ? ['a [tag] or a Tag: in front'] : []),
    ...(/^[A-Z]/.test(skeleton) ? ['begins with a capital'] : []),
    ...(/[.!…]$/.test(skeleton) ? ['ends with a full stop, ! or …'] : []),
  ];
}

function ofStatementWithValue({ parts }) {
  const kinds = new Set(parts.filter(isValue).map(({ kind }) => kind));
  const at = (test) => parts.some((part, i) => isValue(part) && test(parts[i - 1]?.text ?? '', parts[i + 1]?.text ?? '', i));
  return [
    ...(isValue(parts[0]) ? ['begins with a value'] : []),
    ...(isValue(parts.at(-1)) ? ['ends with a value'] : []),
    ...(kinds.has('error') ? ['an error among the values'] : []),
    ...(kinds.has('state') ? ['a state among the values'] : []),
    ...(at((before, _, i) => i > 0 && (isValue(parts[i - 1]) || (i > 1 && isValue(parts[i - 2]) && !hasWord(before))))
      ? ['values side by side, no word between']
      : []),
    ...(at((before, after) => /["'`[(<{]$/.test(before) && /^["'`\])>}]/.test(after)) ? ['a value in quotes or brackets'] : []),
    ...(at((before) => /\w=$/.test(before)) ? ['a value behind ='] : []),
  ];
}

function placeOf(parts, at) {
  const counts = (part) => isValue(part) || hasWord(part.text);
  const before = parts.slice(0, at).some(counts);
  const after = parts.slice(at + 1).some(counts);
  const colon = /[:：]\s*["'`]?$/.test(parts[at - 1]?.text ?? '') ? ', after a colon' : '';
  if (!before) return after ? 'first, words behind it' : 'alone in its statement';
  return `${after ? 'in the middle' : 'last'}${colon}`;
}
