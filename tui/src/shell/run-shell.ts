/**
 * The dashboard alive. Everything that is shown comes out of one place: the picture, the state of the keys, the size and
 * the clock; a frame is built only when one of them changed. A key is answered at once, data a few times a second.
 *
 * The first frame stands before the analyzer, the screens or Ink are loaded.
 */
import type { Picture, PictureSource } from '@nightlight/analyzer';
import { wrapText } from '../frame/fit.ts';
import type { Glyphs } from '../frame/glyphs.ts';
import { EMPTY_LINE, inStyle, type Line, line, run } from '../frame/line.ts';
import type { PainterLook } from '../frame/painter.ts';
import { type OverlayView, overlayView } from '../model/overlay-view.ts';
import type { ClockMark } from '../model/prompts.ts';
import { heldOrder } from '../model/row-order.ts';
import type { Screen, ScreenEffect, ScreenId, ScreenInput, Suspect } from '../model/screen.ts';
import {
  footerLines,
  footerRows,
  HEADER_ROWS,
  type HeaderFacts,
  headerLines,
  LEAST_HEIGHT,
  LEAST_WIDTH,
  smallLines,
  staleMs,
} from '../model/shell-lines.ts';
import {
  applyScreenEffect,
  pageOf,
  type ShellEffect,
  type ShellFacts,
  type ShellStep,
  startShell,
  stepShell,
  viewOf,
  withPage,
} from '../model/shell-state.ts';
import { createFrameWriter, type FrameTarget, type FrameWriter } from '../terminal/frame-writer.ts';
import { createKeyDecoder, type Keystroke } from '../terminal/key-decoder.ts';
import { openSession, type SessionInput, type SessionOutput } from '../terminal/terminal-session.ts';
import { screenText } from './screen-text.ts';

export interface ShellTerminal {
  readonly stdin: SessionInput & Listenable<'data', [Uint8Array]>;
  readonly stdout: SessionOutput & FrameTarget & Listenable<'resize', []>;
}

interface Listenable<Name, Arguments extends unknown[]> {
  on(name: Name, listener: (...given: Arguments) => void): unknown;
  off(name: Name, listener: (...given: Arguments) => void): unknown;
}

export interface ShellSettings {
  readonly look: PainterLook;
  readonly glyphs: Glyphs;
  /** Frames a second for data; keys do not wait for them. */
  readonly framesPerSecond: number;
  readonly start: ScreenId;
  readonly nowMs: () => number;
  /** What the header says until there is a picture. */
  readonly opening: string;
}

/** What the shell shows, and whom it asks for what it cannot do itself. */
export interface ShellContent {
  readonly source: PictureSource;
  readonly screens: readonly Screen[];
  /** The third row of the header: the incident and its clock, or what hurts most. */
  headline(picture: Picture): Line;
  /** Title of the window, without control characters. */
  title?(picture: Picture): string;
  /** Epoch ms of the alert, when there was one. */
  alertMs?(picture: Picture): number | undefined;
  /** Where `a` leads when there was none, and what to say of it. */
  beginning?(picture: Picture): ShellFacts['beginning'];
  /** What was known at a moment; undefined where it cannot be told any more. A replay goes there itself. */
  pictureAt?(atMs: number): Promise<Picture | undefined>;
  /** `goto 02:01`. */
  readTime?(text: string, nowMs: number): number | undefined;
  /** Each comes back with what to say of it. */
  mark?(mark: ClockMark, values: readonly string[], picture: Picture): Promise<string>;
  exportView?(
    file: string,
    view: { readonly picture: Picture; readonly screen: ScreenId; readonly lines: readonly Line[] },
  ): Promise<string>;
  /** What the prompt of a drill begins with; absent where none can be started. */
  offeredDrill?(scenario: string | undefined): readonly string[];
  /** Each comes back with what to say of it. */
  startDrill?(values: readonly string[]): Promise<string>;
  abortDrill?(): Promise<string>;
  /** What the prompts of the clock begin with. */
  offered?(picture: Picture | undefined, chosen?: Suspect): ShellFacts['offered'];
  /** What may be confirmed. */
  suspects?(picture: Picture | undefined, chosen?: Suspect): ShellFacts['suspects'];
  /** Why only an alert can be marked. */
  noClock?(): string | undefined;
  /** What a screen is told from outside, once for each frame; `before` is its own state so far. */
  tell?(screen: ScreenId, before: unknown): unknown;
  /** A screen came into sight, by a key or at the start. */
  opened?(screen: ScreenId): void;
}

export type ShellEnd = { readonly kind: 'left' } | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

/**
 * @param load  is started when the first frame stands; `tell` changes what the header says meanwhile
 * @returns how it ended, with the terminal given back
 * @throws what `load` throws, with the terminal given back
 */
export async function runShell(
  terminal: ShellTerminal,
  settings: ShellSettings,
  load: (tell: (opening: string) => void, leaving: AbortSignal) => Promise<ShellContent>,
): Promise<ShellEnd> {
  const { promise: ended, resolve: end, reject: fail } = withResolvers<ShellEnd>();
  const leaving = new AbortController();
  const session = openSession(terminal.stdin, terminal.stdout, {
    stop(signal) {
      shell.stop();
      end({ kind: 'signal', signal });
    },
    resumed: () => {
      writer.startOver();
      shell.draw();
    },
  });
  const writer = createFrameWriter(terminal.stdout, settings.look);
  const shell = createShell(writer, settings, {
    quit(left) {
      session.leave(left);
      end({ kind: 'left' });
    },
    suspend: () => session.suspend(),
    fail,
    copy: (text) => terminal.stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`),
  });
  const keys = createKeyDecoder((strokes) => {
    try {
      shell.take(strokes);
    } catch (error) {
      fail(error);
    }
  });
  const onData = (bytes: Uint8Array) => keys.push(bytes);
  const onResize = () => {
    writer.startOver();
    shell.draw();
  };
  terminal.stdin.on('data', onData);
  terminal.stdout.on('resize', onResize);
  try {
    shell.draw();
    load((opening) => shell.tell(opening), leaving.signal).then(
      (content) => shell.open(content),
      (error: unknown) => fail(error),
    );
    return await ended;
  } finally {
    leaving.abort();
    shell.stop();
    keys.stop();
    terminal.stdin.off('data', onData);
    terminal.stdout.off('resize', onResize);
    session.leave();
  }
}

interface Outside {
  fail(error: unknown): void;
  quit(left: string | undefined): void;
  /** Until `fg`. */
  suspend(): void;
  copy(text: string): void;
}

function createShell(writer: FrameWriter, settings: ShellSettings, outside: Outside) {
  let state = startShell(settings.start);
  let content: ShellContent | undefined;
  let opening = settings.opening;
  // Making a picture may take longer than a frame: keys work on the one that is shown, and only data asks for a new one.
  let newest: Picture | undefined;
  let held: Picture | undefined;
  let past: { readonly atMs: number; readonly picture: Picture | undefined; readonly isRead: boolean } | undefined;
  let pictureMs = 0;
  let isMaking = false;
  /** On a clock that never steps. */
  let nextPictureMs = 0;
  let shown: readonly Line[] = [];
  let drawnBody:
    | { readonly key: readonly unknown[]; readonly lines: readonly Line[]; readonly why: string; readonly next: string }
    | undefined;
  let frameTimer: NodeJS.Timeout | undefined;
  let unlisten = () => {};
  let drawOverlay: ((view: OverlayView, width: number, height: number) => readonly Line[]) | undefined;
  let isStopped = false;
  let inSight: ScreenId | undefined;
  const clock = setInterval(() => (performance.now() >= nextPictureMs ? refresh() : draw()), CLOCK_MS);

  /** All that is known, whatever moment is looked at. */
  const whole = (): Picture | undefined => (state.isPaused ? held : undefined) ?? newest;
  const picture = (): Picture | undefined => (past !== undefined && past.atMs === state.atMs ? past.picture : undefined) ?? whole();
  const screen = (): Screen | undefined => content?.screens.find(({ id }) => id === state.screen) ?? content?.screens[0];

  function inputOf(now: Picture, of: Screen): ScreenInput {
    return {
      picture: now,
      state: ownOf(of),
      view: viewOf(state),
      width: writer.columns,
      height: Math.max(1, writer.rows - HEADER_ROWS - footerRows(writer.rows)),
      glyphs: settings.glyphs,
    };
  }

  function ownOf(of: Screen): unknown {
    const { own } = pageOf(state);
    return content?.tell?.(of.id, own) ?? own ?? of.start;
  }

  function factsOf(now: Picture | undefined, of: Screen | undefined): ShellFacts {
    const chosen = now === undefined || of === undefined ? undefined : chosenOf(now, of);
    const all = whole();
    const isEmpty = all === undefined || all.minutes.last < all.minutes.first;
    const rows = now === undefined || of === undefined ? [] : heldOrder(of.rows(inputOf(now, of)), viewOf(state).order);
    return {
      nowMs: all?.nowMs ?? settings.nowMs(),
      screens: content?.screens.map(({ id }) => id) ?? [],
      rows,
      mostScroll: now === undefined || of === undefined || rows.length > 0 ? undefined : of.mostScroll?.(inputOf(now, of)),
      sorts: of?.sorts ?? [],
      moments: all?.moments.map(({ atMs }) => atMs) ?? [],
      alertMs: all === undefined ? undefined : content?.alertMs?.(all),
      beginning: all === undefined ? undefined : content?.beginning?.(all),
      offered: content?.offered?.(now, chosen),
      suspects: content?.suspects?.(now, chosen),
      offeredDrill: now && of ? content?.offeredDrill?.(of.drill?.(inputOf(now, of))) : undefined,
      noClock: content?.noClock?.(),
      earliestMs: isEmpty ? undefined : all.minutes.first * 60_000,
      latestMs: isEmpty ? undefined : (all.minutes.last + 1) * 60_000,
    };
  }

  /** Only what somebody selected or opened: where the cursor stands by itself says nothing about a cause. */
  function chosenOf(now: Picture, of: Screen): Suspect | undefined {
    const { selected, crumbs } = pageOf(state);
    return selected === undefined && crumbs.length === 0 ? undefined : of.suspect?.(inputOf(now, of));
  }

  function take(strokes: readonly Keystroke[]): void {
    for (const stroke of strokes) {
      if (isStopped) return;
      if (stroke.kind === 'key' && stroke.name === 'ctrl-z') {
        outside.suspend();
        continue;
      }
      const wasPaused = state.isPaused;
      apply(stepShell(state, stroke, factsOf(picture(), screen())));
      if (state.isPaused && !wasPaused) held = newest;
    }
    draw();
  }

  function apply(step: ShellStep): void {
    state = step.state;
    for (const effect of step.effects) perform(effect);
  }

  function perform(effect: ShellEffect): void {
    const now = picture();
    const of = screen();
    switch (effect.kind) {
      case 'quit':
        // From here on the terminal belongs to the shell again: not one more frame.
        stop();
        outside.quit(effect.leavesScreen ? screenText(shown, writer.columns, settings.look) : undefined);
        return;
      case 'redraw':
        writer.startOver();
        return;
      case 'open':
        if (now && of) applyOf(of.open?.(inputOf(now, of)) ?? { kind: 'nothing' }, of, now);
        return;
      case 'act':
        if (now && of) applyOf(of.act?.(inputOf(now, of), effect.action) ?? { kind: 'nothing' }, of, now);
        return;
      case 'copy': {
        const text = now && of?.copy?.(inputOf(now, of));
        if (!text) return say('nothing here to copy');
        outside.copy(text);
        return say('copied as Markdown, if the terminal allows it (OSC 52); e writes a file');
      }
      case 'export':
        answer(`writing ${effect.file} …`, now && content?.exportView?.(effect.file, { picture: now, screen: state.screen, lines: shown }));
        return;
      case 'drill-start':
        answer('starting …', now && content?.startDrill?.(effect.values));
        return;
      case 'drill-abort':
        answer('…', now && content?.abortDrill?.());
        return;
      case 'mark':
        answer('…', now && content?.mark?.(effect.mark, effect.values, now));
        return;
      case 'goto': {
        const atMs = content?.readTime?.(effect.time, whole()?.nowMs ?? settings.nowMs());
        if (atMs === undefined) return say(`${effect.time}: expected a time such as 02:01, -15m or an ISO time`);
        state = { ...state, atMs };
        return seek(atMs);
      }
      case 'seek':
        seek(effect.atMs);
        return;
      default:
        effect satisfies never;
    }
  }

  function applyOf(effect: ScreenEffect, of: Screen, now: Picture): void {
    apply(applyScreenEffect(state, effect, factsOf(now, of)));
    if (effect.kind !== 'open' || effect.evidence === undefined) return;
    const depth = pageOf(state).crumbs.length;
    const put = (lines: ScreenInput['view']['lines']) => {
      // Whoever has gone back meanwhile does not get lines that he no longer asks for.
      if (isStopped || pageOf(state, of.id).crumbs.length !== depth) return;
      state = withPage(state, { lines }, of.id);
      draw();
    };
    content!.source.lines(effect.evidence, LINES_AROUND).then(
      (lines) => put({ kind: 'read', lines }),
      (error: unknown) => put({ kind: 'failed', because: (error as Error).message }),
    );
  }

  function seek(atMs: number | undefined): void {
    const { replay } = content?.source ?? {};
    if (replay && atMs !== undefined)
      answer(
        '…',
        replay.seek(atMs).then(() => ''),
      );
    else lookBack(atMs);
  }

  function lookBack(atMs: number | undefined): void {
    const asked = atMs === undefined ? undefined : content?.pictureAt?.(atMs);
    past = atMs === undefined || asked === undefined ? undefined : { atMs, picture: undefined, isRead: false };
    const put = (told: Picture | undefined) => {
      if (isStopped || past?.atMs !== atMs) return;
      past = { atMs: atMs!, picture: told, isRead: true };
      draw();
    };
    // Where it cannot be read again, the header says whose verdicts these are.
    asked?.then(put, () => put(undefined));
  }

  function lookedBack(): HeaderFacts['lookedBack'] {
    if (content?.source.replay !== undefined) return 'past';
    if (past === undefined || past.atMs !== state.atMs) return 'now';
    return past.picture !== undefined ? 'past' : past.isRead ? 'now' : 'reading';
  }

  /** Work that takes its time: what to say meanwhile, and afterwards. */
  function answer(meanwhile: string, work: Promise<string> | undefined): void {
    if (work === undefined) return say('not possible with this input');
    say(meanwhile);
    work.then(
      (text) => tellLater(text),
      (error: unknown) => tellLater(`! ${(error as Error).message}`),
    );
  }

  function tellLater(text: string): void {
    if (isStopped) return;
    say(text);
    draw();
  }

  function say(text: string): void {
    state = { ...state, said: text === '' ? undefined : text };
  }

  /** Asks for the newest picture and draws. */
  function refresh(): void {
    clearTimeout(frameTimer);
    frameTimer = undefined;
    if (isStopped) return;
    const { source } = content ?? {};
    // What was there when the screen opened is shown at once; afterwards keys go before data.
    if (source?.pictureInSteps === undefined || newest === undefined) {
      const from = performance.now();
      newest = source?.picture();
      pictureMs = performance.now() - from;
      draw();
      return;
    }
    draw();
    if (isMaking) return;
    isMaking = true;
    const from = performance.now();
    source.pictureInSteps().then(
      (made) => {
        isMaking = false;
        pictureMs = performance.now() - from;
        nextPictureMs = performance.now() + pauseMs();
        if (made === newest) return;
        newest = made;
        draw();
      },
      (error: unknown) => outside.fail(error),
    );
  }

  function changed(): void {
    frameTimer ??= setTimeout(refresh, Math.max(pauseMs(), nextPictureMs - performance.now()));
  }

  /** Where making a picture is slow, it is asked for less often. */
  function pauseMs(): number {
    return Math.min(MOST_PAUSE_MS, Math.max(1000 / settings.framesPerSecond, pictureMs * PICTURE_SHARE));
  }

  function draw(): void {
    if (isStopped) return;
    if (content !== undefined && state.screen !== inSight) {
      inSight = state.screen;
      content.opened?.(inSight);
    }
    const lines = frame();
    if (writer.show(lines)) shown = lines;
    // A terminal that is behind gets the newest frame as soon as it has caught up.
    else changed();
  }

  function frame(): readonly Line[] {
    const now = picture();
    const of = screen();
    const facts: HeaderFacts = {
      picture: now,
      opening,
      state,
      screens: content?.screens ?? [],
      wallMs: settings.nowMs(),
      incident: now === undefined || content === undefined ? EMPTY_LINE : content.headline(now),
      heldCount: state.isPaused && held ? Math.max(0, newest!.report.input.eventCount - held.report.input.eventCount) : 0,
      lookedBack: lookedBack(),
    };
    const body = bodyOf(now, of);
    if (now && content?.title) writer.title(content.title(now));
    if (writer.columns < LEAST_WIDTH || writer.rows < LEAST_HEIGHT) {
      return smallLines({ ...facts, why: body.why }, writer.columns, writer.rows);
    }
    const room = writer.rows - HEADER_ROWS - footerRows(writer.rows);
    const isStale = now !== undefined && staleMs(now, facts.wallMs) !== undefined;
    return [
      ...headerLines(facts, writer.columns),
      ...filled(overlayRows(now, room) ?? body.lines, room, isStale),
      ...footerLines({ state, why: body.why, next: body.next }, writer.columns, footerRows(writer.rows)),
    ];
  }

  /** The body is built anew only when something in it can differ; a tick of the clock is none of it. */
  function bodyOf(
    now: Picture | undefined,
    of: Screen | undefined,
  ): { readonly lines: readonly Line[]; readonly why: string; readonly next: string } {
    if (now === undefined || of === undefined) return NO_BODY;
    const { pages, screen: id, timeStyle, windowMs, atMs } = state;
    const key = [now, of, pages[id], ownOf(of), timeStyle, windowMs, atMs, writer.columns, writer.rows];
    if (drawnBody?.key.every((part, index) => part === key[index])) return drawnBody;
    const input = inputOf(now, of);
    try {
      drawnBody = { key, lines: of.draw(input), why: of.why(input), next: of.next(input) };
    } catch (error) {
      // One broken screen must not take the others away.
      const text = `! this screen could not be drawn: ${(error as Error).message}. The others can; please report it.`;
      drawnBody = { key, lines: wrapText(text, writer.columns - 2, 4).map((row) => line(run(` ${row}`, 'bad'))), why: '', next: '' };
    }
    return drawnBody;
  }

  function overlayRows(now: Picture | undefined, room: number): readonly Line[] | undefined {
    if (state.overlay === undefined) return undefined;
    const view = overlayView(
      state.overlay,
      state,
      content?.screens.map(({ id }) => id) ?? [],
      now?.nowMs ?? settings.nowMs(),
      room - OVERLAY_ROWS,
    );
    if (drawOverlay) return drawOverlay(view, writer.columns, room);
    loadOverlays();
    return view.rows.map(({ left, text, kind }) => line(kind === 'chosen' ? ' > ' : '   ', `${left}  ${text}`));
  }

  function loadOverlays(): void {
    import('./overlay-box.tsx').then(
      ({ overlayLines }) => {
        drawOverlay = overlayLines;
        if (state.overlay !== undefined) draw();
      },
      // Without Ink the overlays are rows without a box.
      () => {},
    );
  }

  function stop(): void {
    isStopped = true;
    clearInterval(clock);
    clearTimeout(frameTimer);
    unlisten();
  }

  return {
    take,
    draw,
    tell(text: string) {
      opening = text;
      draw();
    },
    open(given: ShellContent) {
      if (isStopped) return;
      content = given;
      if (!given.screens.some(({ id }) => id === state.screen) && given.screens[0]) state = { ...state, screen: given.screens[0].id };
      unlisten = given.source.onChange(changed);
      refresh();
    },
    stop,
  };
}

/** The clock in the header, and how old the data is. */
const CLOCK_MS = 1000;
/** Pictures take at most this part of the time, one in twenty; and never longer apart than this. */
const PICTURE_SHARE = 20;
const MOST_PAUSE_MS = 5000;
const LINES_AROUND = 5;
/** Border, title and input of the box. */
const OVERLAY_ROWS = 4;
const NO_BODY = { lines: [], why: '', next: '' };

const staleLines = new WeakMap<Line, Line>();

/** Grey where the data is old; each row once, so that a row that did not change stays the same object. */
function filled(lines: readonly Line[], room: number, isStale: boolean): readonly Line[] {
  return Array.from({ length: room }, (_, row) => {
    const given = lines[row] ?? EMPTY_LINE;
    if (!isStale) return given;
    const grey = staleLines.get(given) ?? inStyle(given, 'dim');
    staleLines.set(given, grey);
    return grey;
  });
}

/** Promise.withResolvers comes with Node 22. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((settle, refuse) => {
    resolve = settle;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
